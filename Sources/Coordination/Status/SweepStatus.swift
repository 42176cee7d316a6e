import SweepRecords

/// How a coordinator and its workers are doing, as it says about once a second in its run folder's `status.json`.
public struct SweepStatus: Codable, Hashable, Sendable {
  /// What the coordinator does.
  public enum State: String, CaseIterable, Codable, Hashable, Sendable {
    case running
    /// It hands out nothing more, and ends when all is returned.
    case draining
    /// Nothing is handed out until the ledger has room again.
    case waitingForDisk = "waiting_for_disk"
    case completed, interrupted
  }

  /// The version of this document; readers refuse others.
  public static let currentVersion = 1

  public var version = SweepStatus.currentVersion
  public var state: State
  public var host: String
  public var pid: Int32
  public var epoch: Int
  /// Milliseconds since 1970.
  public var started: Int64
  /// When this was said, milliseconds since 1970.
  public var said: Int64
  public var interferograms: Interferograms
  /// Interferograms a second over the last minute.
  public var rate: Double
  /// Estimated from the rate; `nil` before there is one, 0 when nothing is left.
  public var secondsLeft: Double?
  public var units: Units
  public var workers: [Worker]
  /// The most memory that any worker has had in use, bytes.
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
    public var planned: Int
    public var scored: Int
    public var rejected: Int
    /// 0 in the words of a volcsweep that did not tell them from those rejected.
    public var unreadable: Int
    public var quarantined: Int
    /// Of those open the ones that the job does not ask for any more.
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

    public var open: Int { planned - scored - rejected - unreadable - quarantined }
  }

  /// Units that are not finished.
  public struct Units: Codable, Hashable, Sendable {
    public var waiting: Int
    /// Leases in workers' hands, copies included.
    public var leased: Int
  }

  /// A worker that has introduced itself.
  public struct Worker: Codable, Hashable, Sendable {
    /// Host and process, `host:pid`.
    public var name: String
    /// Whether the coordinator started its process.
    public var isLocal: Bool
    public var processor: String
    public var blasKernel: String
    /// `loading`, `working`, `idle`, `given up`, `no archive` (it does not see the one that was planned) or `delivering`.
    public var state: String
    /// What it does, in words; empty when nothing.
    public var stage: String
    /// Number in the plan of the interferogram at hand; 0 for none.
    public var interferogram: Int
    /// The unit at hand; `nil` for none.
    public var unit: UInt64?
    public var residentBytes: UInt64
    /// Seconds since it was last heard of.
    public var silentSeconds: Double
    /// Interferograms whose outcome came from it.
    public var done: Int
    /// Interferograms a second since it joined.
    public var rate: Double
  }
}
