import Interferometry
import Ledger
import Scheduling

/// A transaction of the coordinator, and results to compare with recorded ones.
public struct LedgerWrite: Sendable {
  /// Counted from 1 for each coordinator.
  public let number: Int
  /// The coordinator's epoch.
  public let epoch: Int
  /// What to write.
  public let batch: LedgerBatch
  /// Results of interferograms that have an outcome already; they are compared and dropped.
  public let duplicates: [RecordedOutcome]
  /// Leases of these results whose comparison was requested.
  public var compared: Set<Lease> = []
  /// Workers of this epoch whose unconfirmed results are requested, each with further sessions to include.
  public var investigations: [(worker: Int, sessions: [Int])] = []

  /// Writes the batch, then compares the duplicates. Blocks until the batch is durable.
  ///
  /// - Parameters:
  ///   - ledger: the ledger to write to.
  ///   - kinds: machine kinds of this coordinator's workers by number; extended from the batch.
  /// - Returns: what to report to the coordinator.
  /// - Throws: errors of the ledger; nothing of the batch is written then.
  public func perform(on ledger: Ledger, kinds: inout [Int: MachineKind]) throws -> LedgerReceipt {
    if batch.isEmpty { try ledger.check(epoch: epoch) } else { try ledger.write(batch, epoch: epoch) }
    for worker in batch.workers { kinds[worker.number] = worker.kind }
    var receipt = LedgerReceipt(number: number)
    for later in duplicates {
      let lease = Lease(epoch: epoch, unit: later.unit, attempt: later.attempt)
      if compared.contains(lease) { try judge(later, lease, ledger, &receipt) }
      // Stored activations have half precision, which changes probabilities by more than machines do.
      guard try ledger.isFromActivations(later.number) == later.isFromActivations,
        let first = try ledger.outcome(ofInterferogram: later.number),
        let difference = ResultComparison.difference(
          first: first.outcome, of: first.kind, later: later.outcome, of: kinds[later.worker])
      else { continue }
      receipt.differences.append((later.number, later.worker, difference))
    }
    // A result that was withdrawn meanwhile cannot be compared.
    for lease in compared where !receipt.verdicts.contains(where: { $0.lease == lease }) {
      receipt.verdicts.append(
        LedgerReceipt.Verdict(
          lease: lease, worker: 0, agrees: nil, firstEpoch: 0, firstWorker: 0, recorded: nil))
    }
    for (worker, sessions) in investigations {
      var brought: [Int: BroughtInterferogram] = [:]
      for session in [worker] + sessions {
        for one in try ledger.unconfirmed(epoch: epoch, worker: session) { brought[one.number] = one }
      }
      receipt.brought.append((worker, brought.values.sorted { $0.number < $1.number }))
    }
    return receipt
  }

  /// Adds one interferogram to the verdict on a check. Differences in the last digits, possible if a machine
  /// misreports its kind, are reported but ban nobody. Outcomes that were withdrawn, computed in another way or
  /// never computed cannot be compared.
  private func judge(_ later: RecordedOutcome, _ lease: Lease, _ ledger: Ledger, _ receipt: inout LedgerReceipt)
    throws
  {
    var agrees: Bool?
    if let first = try ledger.outcome(ofInterferogram: later.number), first.outcome.isComputed,
      later.outcome.isComputed, try ledger.isFromActivations(later.number) == later.isFromActivations
    {
      agrees = ResultComparison.difference(first: first.outcome, of: nil, later: later.outcome, of: nil) == nil
    }
    let origin = try ledger.origin(ofInterferogram: later.number)
    if let place = receipt.verdicts.firstIndex(where: { $0.lease == lease }) {
      receipt.verdicts[place].add(agrees)
    } else {
      receipt.verdicts.append(
        LedgerReceipt.Verdict(
          lease: lease, worker: later.worker, agrees: agrees, firstEpoch: origin?.epoch ?? 0,
          firstWorker: origin?.worker ?? 0, recorded: origin?.recorded))
    }
  }
}

/// Reports a batch as durable, with the results of comparisons.
public struct LedgerReceipt: Sendable {
  /// Number of the ``LedgerWrite``.
  public let number: Int
  /// The result of a check.
  public struct Verdict: Sendable {
    /// The lease of the check.
    public let lease: Lease
    /// Number of the worker that made the check.
    public let worker: Int
    /// `nil` if there was nothing to compare with: neither confirmation nor refutation.
    public var agrees: Bool?
    /// The worker whose result was checked.
    public let firstEpoch: Int
    /// Its number in that epoch; 0 if unknown.
    public let firstWorker: Int
    /// When its result was recorded, milliseconds since 1970; `nil` if unknown.
    public let recorded: Int64?

    /// Adds another interferogram: one difference decides, and one that cannot be compared prevents
    /// confirmation.
    mutating func add(_ other: Bool?) { if agrees != false, other != true { agrees = other } }
  }

  /// Results that differ from recorded ones: interferogram, worker and description.
  public var differences: [(number: Int, worker: Int, detail: String)] = []
  /// Results of checks.
  public var verdicts: [Verdict] = []
  /// Unconfirmed results of the workers requested.
  public var brought: [(worker: Int, interferograms: [BroughtInterferogram])] = []

  public init(number: Int) {
    self.number = number
  }
}

extension Outcome {
  /// Whether a worker computed it.
  fileprivate var isComputed: Bool {
    switch self {
    case .scored, .rejected: true
    case .quarantined, .unreadable: false
    }
  }
}
