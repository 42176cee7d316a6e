import Ledger

/// What a coordinator wants written: one transaction, and results to compare with what is there already.
public struct LedgerWrite: Sendable {
  /// Counted from 1 within the coordinator.
  public let number: Int
  public let epoch: Int
  public let batch: LedgerBatch
  /// Results of interferograms that were decided before; they are compared and dropped.
  public let duplicates: [RecordedOutcome]

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
      // Half precision moves probabilities by more than machines do.
      guard try ledger.isFromActivations(later.number) == later.isFromActivations,
        let first = try ledger.outcome(ofInterferogram: later.number),
        let difference = ResultComparison.difference(
          first: first.outcome, of: first.kind, later: later.outcome, of: kinds[later.worker])
      else { continue }
      receipt.differences.append((later.number, later.worker, difference))
    }
    return receipt
  }
}

/// That a batch is durable, and what the comparison found.
public struct LedgerReceipt: Sendable {
  public let number: Int
  public var differences: [(number: Int, worker: Int, detail: String)] = []

  public init(number: Int) {
    self.number = number
  }
}
