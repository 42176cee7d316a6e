import Foundation
import GRDB
import Interferometry
import SweepRecords

extension Ledger {
  /// The outcome of one interferogram and the kind of machine that computed it, for comparison with later
  /// results.
  ///
  /// - Parameter number: the interferogram's number in the plan.
  /// - Returns: `nil` if it has no outcome or the stored one is damaged; `kind` is `nil` if no worker delivered
  ///   it, or one recorded before machine kinds were stored.
  /// - Throws: ``LedgerError``.
  public func outcome(ofInterferogram number: Int) throws -> (outcome: Outcome, kind: MachineKind?)? {
    try reading { database in
      let hasChecksums = try Self.hasChecksums(database)
      let statement = try database.cachedStatement(
        sql: """
          SELECT interferogram.*, execution.epoch, score.*, \(hasChecksums ? "checksum, " : "")
            processor, blas_kernel, plan_hash
          FROM interferogram
          LEFT JOIN score ON score.number = interferogram.number
          LEFT JOIN execution ON execution.number = interferogram.number
          \(Self.checksumJoin(hasChecksums))
          LEFT JOIN worker ON worker.epoch = execution.epoch AND worker.number = execution.worker
          LEFT JOIN machine_kind ON machine_kind.id = worker.kind
          WHERE interferogram.number = ?
          """)
      let row = try Row.fetchOne(statement, arguments: [number])
      guard let row, !hasChecksums || OutcomeChecksum.isIntact(row),
        let outcome = try Self.outcome(from: row, "interferogram \(number)", path: path)
      else {
        return nil
      }
      return (outcome, MachineKind(row))
    }
  }

  /// The outcome in a row of `interferogram` joined with `score`; `nil` if there is none.
  static func outcome(from row: Row, _ name: String, path: String) throws -> Outcome? {
    switch row["outcome"] as Int {
    case 0, 5: return nil
    case 2: return .rejected(reason: row["reason"] ?? "unknown")
    case 3: return .quarantined(reason: row["reason"] ?? "unknown")
    case 4: return .unreadable(reason: row["reason"] ?? ReadingTrouble.earlier.description)
    default: break
    }
    var result = DetectionResult.unread
    for column in ScoreColumn.all where !column.take(row[column.name] as DatabaseValue?, &result) {
      throw LedgerError.damagedRow(
        path: path, detail: "\(name) is scored but its \(column.name) is missing or invalid")
    }
    let sides = 0...1 << 24
    guard sides.contains(result.patchRows), sides.contains(result.patchColumns),
      // Those of coarser scales follow.
      result.patchProbabilities.count >= result.patchRows * result.patchColumns
    else {
      throw LedgerError.damagedRow(path: path, detail: "\(name) is scored but its score is missing or truncated")
    }
    return .scored(result)
  }
}
