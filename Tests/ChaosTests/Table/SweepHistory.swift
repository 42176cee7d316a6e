import Foundation

/// What happened in a run, as its ledger and its coordinators' logs tell.
struct SweepHistory: CustomStringConvertible {
  let counts: LedgerProbe.Counts
  let epochs: Int
  /// Units that were cut in two.
  private let splits: Int
  /// Leases that ended with a result that cannot be.
  private let refusals: Int
  private let log: [Substring]

  init(_ bench: ChaosBench) {
    counts = bench.ledger.counts ?? LedgerProbe.Counts()
    epochs = bench.ledger.epochs
    splits = bench.ledger.transitions(to: "split")
    refusals = bench.ledger.transitions(by: "invalid")
    log = bench.errors.split(separator: "\n")
  }

  private func lines(_ parts: String...) -> Int { log.count { line in parts.contains { line.contains($0) } } }

  var description: String {
    let parts = [
      (lines("worker lost", "worker given up"), "losses"), (counts.rejected, "rejected"),
      (counts.unreadable, "unreadable"), (counts.quarantined, "quarantined"), (splits, "splits"),
      (max(0, epochs - 1), "restarts"),
      (refusals, "refused results"), (lines("malformed message dropped"), "refused messages"),
    ]
    return (["\(counts.scored) scored"] + parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }).joined(
      separator: ", ")
  }
}
