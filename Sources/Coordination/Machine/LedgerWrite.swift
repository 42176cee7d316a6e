import Scheduling
import SweepRecords

/// What a coordinator wants written: one transaction, and results to compare with what is there already.
public struct LedgerWrite: Sendable {
  /// Counted from 1 within the coordinator.
  public let number: Int
  /// The coordinator's epoch. The ledger rejects the write if a later coordinator has taken over.
  public let epoch: Int
  /// All rows to write in one transaction; may be empty if only results are to be compared.
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
  /// The ``LedgerWrite/number`` of the write that this receipt answers.
  public let number: Int
  /// What a check came to.
  public struct Verdict: Sendable {
    /// The lease of the check: the attempt at the unit whose results were compared with the stored ones.
    public let lease: Lease
    /// Who made it.
    public let worker: Int
    /// `nil` where there was nothing to compare with: that neither confirms nor convicts.
    public var agrees: Bool?
    /// Epoch of the coordinator that recorded the result that was checked; 0 if unknown.
    public let firstEpoch: Int
    /// Number within ``firstEpoch`` of the worker whose result was checked; 0 if unknown.
    public let firstWorker: Int
    /// When the checked result was recorded, milliseconds since 1970; `nil` if unknown.
    public let recorded: Int64?

    package init(lease: Lease, worker: Int, agrees: Bool?, firstEpoch: Int, firstWorker: Int, recorded: Int64?) {
      (self.lease, self.worker, self.agrees) = (lease, worker, agrees)
      (self.firstEpoch, self.firstWorker, self.recorded) = (firstEpoch, firstWorker, recorded)
    }

    /// Adds the comparison of another interferogram of the lease: `false` prevails over `nil`, `nil` over `true`.
    package mutating func add(_ other: Bool?) { if agrees != false, other != true { agrees = other } }
  }

  /// Duplicates that differ from the stored outcome: the interferogram's number in the plan, the number of the
  /// worker that delivered the duplicate, and the difference as text.
  public var differences: [(number: Int, worker: Int, detail: String)] = []
  /// One verdict for each lease of ``LedgerWrite/compared``.
  public var verdicts: [Verdict] = []
  /// What workers that were asked about brought since they were confirmed last.
  public var brought: [(worker: Int, interferograms: [BroughtInterferogram])] = []

  public init(number: Int) {
    self.number = number
  }
}
