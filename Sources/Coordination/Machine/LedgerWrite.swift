import Scheduling
import SweepRecords

/// What a coordinator wants written: one transaction, and results to compare with what is there already.
public struct LedgerWrite: Sendable {
  /// Counted from 1 within the coordinator.
  public let number: Int
  public let epoch: Int
  public let batch: LedgerBatch
  /// Results of interferograms that were decided before; they are compared and dropped.
  public let duplicates: [RecordedOutcome]
  /// Leases among theirs whose comparison is asked for.
  public var compared: Set<Lease> = []
  /// Workers of this epoch of whom it is asked what they brought, with other sessions of which it is asked as well.
  public var investigations: [(worker: Int, sessions: [Int])] = []
}

/// That a batch is durable, and what the comparison found.
public struct LedgerReceipt: Sendable {
  public let number: Int
  /// What a check came to.
  public struct Verdict: Sendable {
    public let lease: Lease
    /// Who made it.
    public let worker: Int
    /// `nil` where there was nothing to compare with: that neither confirms nor convicts.
    public var agrees: Bool?
    /// Whose result was checked, and when that was recorded, milliseconds since 1970.
    public let firstEpoch: Int
    public let firstWorker: Int
    public let recorded: Int64?

    package init(lease: Lease, worker: Int, agrees: Bool?, firstEpoch: Int, firstWorker: Int, recorded: Int64?) {
      (self.lease, self.worker, self.agrees) = (lease, worker, agrees)
      (self.firstEpoch, self.firstWorker, self.recorded) = (firstEpoch, firstWorker, recorded)
    }

    /// Adds what another of its interferograms says: a difference decides, and what cannot be compared confirms nothing.
    package mutating func add(_ other: Bool?) { if agrees != false, other != true { agrees = other } }
  }

  public var differences: [(number: Int, worker: Int, detail: String)] = []
  public var verdicts: [Verdict] = []
  /// What workers that were asked about brought since they were confirmed last.
  public var brought: [(worker: Int, interferograms: [BroughtInterferogram])] = []

  public init(number: Int) {
    self.number = number
  }
}
