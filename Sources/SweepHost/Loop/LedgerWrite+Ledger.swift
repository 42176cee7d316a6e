import Coordination
import Interferometry
import Ledger
import Scheduling
import SweepRecords

extension LedgerWrite {
  /// Writes the batch, then compares the duplicates. Blocks until the batch is durable.
  ///
  /// - Parameters:
  ///   - ledger: where to.
  ///   - kinds: the kinds of this coordinator's workers by their number; grows with the batch.
  /// - Returns: what the coordinator is told.
  /// - Throws: what the ledger throws; then nothing of the batch is written.
  public func perform(on ledger: Ledger, kinds: inout [Int: MachineKind]) throws -> LedgerReceipt {
    if batch.isEmpty { try ledger.check(epoch: epoch) } else { try ledger.write(batch, epoch: epoch) }
    for worker in batch.workers { kinds[worker.number] = worker.kind }
    var receipt = LedgerReceipt(number: number)
    for later in duplicates {
      let lease = Lease(epoch: epoch, unit: later.unit, attempt: later.attempt)
      if compared.contains(lease) { try judge(later, lease, ledger, &receipt) }
      // Half precision moves probabilities by more than machines do.
      guard try ledger.isFromActivations(later.number) == later.isFromActivations,
        let first = try ledger.outcome(ofInterferogram: later.number),
        let difference = ResultComparison.difference(
          first: first.outcome, of: first.kind, later: later.outcome, of: kinds[later.worker])
      else { continue }
      receipt.differences.append((later.number, later.worker, difference))
    }
    // What was withdrawn meanwhile can be compared with nothing.
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

  /// Adds to the verdict on a check what one of its interferograms says. Last digits, which may differ where a machine is
  /// not what it says it is, are reported but put nobody aside. What was withdrawn, came about in another way or was
  /// never computed can be compared with nothing.
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

extension Outcome {
  /// Whether a worker came to it by computing.
  fileprivate var isComputed: Bool {
    switch self {
    case .scored, .rejected: true
    case .quarantined, .unreadable: false
    }
  }
}
