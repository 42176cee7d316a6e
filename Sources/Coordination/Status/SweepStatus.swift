import Interferometry
import SweepRecords

/// State of a coordinator and its workers, as written about once a second to the run folder's `status.json`.
public struct SweepStatus: Codable, Hashable, Sendable {
  /// Activity of the coordinator.
  public enum State: String, CaseIterable, Codable, Hashable, Sendable {
    case running
    /// It assigns nothing more, and ends when all leases are returned.
    case draining
    /// Nothing is assigned until the ledger's disk has space again.
    case waitingForDisk = "waiting_for_disk"
    case completed, interrupted
  }

  /// The version of this document. Version 1 had times in milliseconds since 1970 and other names for some keys; it
  /// is still read, since the last status of a run stays in its folder.
  public static let currentVersion = 2

  /// Version of the document that was read.
  public var version = SweepStatus.currentVersion
  /// Activity of the coordinator.
  public var state: State
  /// Name of its machine.
  public var host: String
  /// Its process number.
  public var pid: Int32
  /// Its epoch.
  public var epoch: Int
  /// Milliseconds since 1970.
  public var started: Int64
  /// When this was written, milliseconds since 1970.
  public var said: Int64
  /// Outcomes of the whole sweep.
  public var interferograms: Interferograms
  /// Interferograms per second over the last minute.
  public var rate: Double
  /// Estimated from the rate; `nil` if there is none yet, 0 if nothing is left.
  public var secondsLeft: Double?
  /// Units that are not finished.
  public var units: Units
  /// Workers that said Hello.
  public var workers: [Worker]
  /// Largest memory in use of any worker, bytes.
  public var peakResidentBytes: UInt64

  package init(
    state: State, host: String, pid: Int32, epoch: Int, started: Int64, said: Int64, interferograms: Interferograms,
    rate: Double, secondsLeft: Double?, units: Units, workers: [Worker], peakResidentBytes: UInt64
  ) {
    (self.state, self.host, self.pid, self.epoch) = (state, host, pid, epoch)
    (self.started, self.said) = (started, said)
    (self.interferograms, self.units, self.workers) = (interferograms, units, workers)
    (self.rate, self.secondsLeft, self.peakResidentBytes) = (rate, secondsLeft, peakResidentBytes)
  }

  /// A coordinator writes each second; what is older, or of the future, says nothing of whether it runs.
  private static let freshMilliseconds: Int64 = 15_000

  /// Whether the coordinator has reported its own end.
  public var isLast: Bool { [.completed, .interrupted].contains(state) }

  /// Whether this was written within the last seconds before `now` (milliseconds since 1970), by the clocks of the
  /// two machines.
  package func isFresh(at now: Int64) -> Bool { abs(now - said) < Self.freshMilliseconds }

  /// Interferograms of the whole sweep by outcome.
  public struct Interferograms: Codable, Hashable, Sendable {
    /// In the plan.
    public var planned: Int
    /// Scored.
    public var scored: Int
    /// Rejected because of their pixels.
    public var rejected: Int
    /// 0 in documents of versions that counted them as rejected.
    public var unreadable: Int
    /// Their worker died or hung on every try.
    public var quarantined: Int
    /// Open ones that the job does not ask for any more.
    public var left: Int

    package init(_ counts: OutcomeCounts, left: Int = 0) {
      self.left = left
      planned = counts.planned
      scored = counts.scored
      rejected = counts.rejected
      unreadable = counts.unreadable
      quarantined = counts.quarantined
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      planned = try values.decode(Int.self, forKey: .planned)
      scored = try values.decode(Int.self, forKey: .scored)
      rejected = try values.decode(Int.self, forKey: .rejected)
      unreadable = try values.decodeIfPresent(Int.self, forKey: .unreadable) ?? 0
      quarantined = try values.decode(Int.self, forKey: .quarantined)
      left = try values.decodeIfPresent(Int.self, forKey: .left) ?? 0
    }

    /// Without an outcome.
    public var open: Int { planned - scored - rejected - unreadable - quarantined }
  }

  /// Units that are not finished.
  public struct Units: Codable, Hashable, Sendable {
    /// Open units that nobody holds.
    public var waiting: Int
    /// Active leases, copies included.
    public var leased: Int
  }

  /// A worker that said Hello.
  public struct Worker: Codable, Hashable, Sendable {
    /// Host and process, `host:pid`.
    public var name: String
    /// Whether the coordinator started its process.
    public var isLocal: Bool
    /// Name of its processor.
    public var processor: String
    /// Its BLAS kernel set, as reported by OpenBLAS.
    public var blasKernel: String
    /// `loading`, `working`, `idle`, `given_up`, `no_archive` (it does not see the planned one) or `delivering`.
    public var state: String
    /// Its current stage as text; empty for none.
    public var stage: String
    /// Number in the plan of the current interferogram; 0 for none.
    public var interferogram: Int
    /// The current unit; `nil` for none.
    public var unit: UInt64?
    /// Memory in use, bytes.
    public var residentBytes: UInt64
    /// Seconds since its last message.
    public var silentSeconds: Double
    /// Number of interferograms whose outcome it delivered.
    public var done: Int
    /// Interferograms per second since it joined.
    public var rate: Double
  }
}

extension SweepStatus {
  /// The document's keys, which encoders turn into snake_case.
  private enum CodingKeys: String, CodingKey {
    case version, state, host, pid, epoch, started
    case said = "updated"
    case interferograms
    case rate = "interferogramsPerSecond"
    case secondsLeft, units, workers, peakResidentBytes
  }

  private enum FirstVersionKeys: String, CodingKey { case started, said, rate }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    version = try values.decode(Int.self, forKey: .version)
    state = try values.decode(State.self, forKey: .state)
    host = try values.decode(String.self, forKey: .host)
    pid = try values.decode(Int32.self, forKey: .pid)
    epoch = try values.decode(Int.self, forKey: .epoch)
    interferograms = try values.decode(Interferograms.self, forKey: .interferograms)
    secondsLeft = try values.decodeIfPresent(Double.self, forKey: .secondsLeft)
    units = try values.decode(Units.self, forKey: .units)
    workers = try values.decode([Worker].self, forKey: .workers)
    peakResidentBytes = try values.decode(UInt64.self, forKey: .peakResidentBytes)
    guard version > 1 else {
      let first = try decoder.container(keyedBy: FirstVersionKeys.self)
      version = SweepStatus.currentVersion
      started = try first.decode(Int64.self, forKey: .started)
      said = try first.decode(Int64.self, forKey: .said)
      rate = try first.decode(Double.self, forKey: .rate)
      return
    }
    func time(_ key: CodingKeys) throws -> Int64 {
      guard let time = Timestamp.milliseconds(try values.decode(String.self, forKey: key)) else {
        throw DecodingError.dataCorruptedError(forKey: key, in: values, debugDescription: "is no RFC 3339 time")
      }
      return time
    }
    started = try time(.started)
    said = try time(.said)
    rate = try values.decode(Double.self, forKey: .rate)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(version, forKey: .version)
    try values.encode(state, forKey: .state)
    try values.encode(host, forKey: .host)
    try values.encode(pid, forKey: .pid)
    try values.encode(epoch, forKey: .epoch)
    try values.encode(Timestamp.text(started), forKey: .started)
    try values.encode(Timestamp.text(said), forKey: .said)
    try values.encode(interferograms, forKey: .interferograms)
    try values.encode(rate, forKey: .rate)
    try values.encodeIfPresent(secondsLeft, forKey: .secondsLeft)
    try values.encode(units, forKey: .units)
    try values.encode(workers, forKey: .workers)
    try values.encode(peakResidentBytes, forKey: .peakResidentBytes)
  }
}

extension SweepStatus.Worker {
  /// The document's keys, which encoders turn into snake_case.
  private enum CodingKeys: String, CodingKey {
    case name, isLocal, processor, blasKernel, state, stage, interferogram, unit, residentBytes, silentSeconds
    case done = "interferogramsDone"
    case rate = "interferogramsPerSecond"
  }

  private enum FirstVersionKeys: String, CodingKey { case done, rate }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let first = try decoder.container(keyedBy: FirstVersionKeys.self)
    name = try values.decode(String.self, forKey: .name)
    isLocal = try values.decode(Bool.self, forKey: .isLocal)
    processor = try values.decode(String.self, forKey: .processor)
    blasKernel = try values.decode(String.self, forKey: .blasKernel)
    state = try values.decode(String.self, forKey: .state).replacing(" ", with: "_")
    stage = try values.decode(String.self, forKey: .stage)
    interferogram = try values.decode(Int.self, forKey: .interferogram)
    unit = try values.decodeIfPresent(UInt64.self, forKey: .unit)
    residentBytes = try values.decode(UInt64.self, forKey: .residentBytes)
    silentSeconds = try values.decode(Double.self, forKey: .silentSeconds)
    done = try values.decodeIfPresent(Int.self, forKey: .done) ?? first.decode(Int.self, forKey: .done)
    rate = try values.decodeIfPresent(Double.self, forKey: .rate) ?? first.decode(Double.self, forKey: .rate)
  }
}
