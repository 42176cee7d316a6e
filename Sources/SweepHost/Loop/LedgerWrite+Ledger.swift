import Coordination
import Interferometry
import Ledger
import Scheduling
import SweepRecords

extension LedgerWrite {
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
      if compared.contains(lease) { try settle(later, lease, ledger, &receipt) }
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
  private func settle(_ later: RecordedOutcome, _ lease: Lease, _ ledger: Ledger, _ receipt: inout LedgerReceipt)
    throws
  {
    var agrees: Bool?
    if let first = try ledger.outcome(ofInterferogram: later.number), first.outcome.isComputed,
      later.outcome.isComputed, try ledger.isFromActivations(later.number) == later.isFromActivations
    {
      agrees = ResultComparison.difference(first: first.outcome, of: nil, later: later.outcome, of: nil) == nil
    }
    let origin = try ledger.origin(ofInterferogram: later.number)
    if let index = receipt.verdicts.firstIndex(where: { $0.lease == lease }) {
      receipt.verdicts[index].add(agrees)
    } else {
      receipt.verdicts.append(
        LedgerReceipt.Verdict(
          lease: lease, worker: later.worker, agrees: agrees, firstEpoch: origin?.epoch ?? 0,
          firstWorker: origin?.worker ?? 0, recorded: origin?.recorded))
    }
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
