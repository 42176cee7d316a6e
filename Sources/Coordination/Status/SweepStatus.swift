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

  /// Version of this document; readers reject others.
  public static let currentVersion = 1

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

  /// Whether this was written within the last seconds before `now` (milliseconds since 1970), by the clocks of the two
  /// machines.
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
    /// `loading`, `working`, `idle`, `given up` (evicted), `no archive` (it cannot see the planned one) or
    /// `delivering`.
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
