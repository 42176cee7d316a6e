import GRDB
import Interferometry

/// An interferogram without a score, and why.
public struct KnownFailure: Hashable, Sendable {
  public let id: InterferogramID
  /// Its worker died or hung each time; otherwise it could not be judged.
  public let isQuarantined: Bool
  public let reason: String
}

extension Ledger {
  /// The rejected and quarantined interferograms, those quarantined first, then in plan order.
  ///
  /// - Parameter limit: how many at most.
  /// - Returns: them, with their reasons.
  /// - Throws: ``LedgerError``.
  public func failures(limit: Int) throws -> [KnownFailure] {
    try reading { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT volcano, frame, pair, outcome, reason FROM interferogram JOIN stack ON stack.id = interferogram.stack
          WHERE outcome IN (2, 3) ORDER BY outcome DESC, number LIMIT ?
          """, arguments: [limit])
      return try rows.map { row in
        KnownFailure(
          id: try InterferogramID(row, path: path), isQuarantined: row["outcome"] == 3, reason: row["reason"] ?? "")
      }
    }
  }

  /// The names of interferograms by their numbers in the plan.
  public func names(ofInterferograms numbers: Set<Int>) throws -> [Int: InterferogramID] {
    let numbers = numbers.sorted()
    return try reading { database in
      var names: [Int: InterferogramID] = [:]
      // SQLite takes 32,766 parameters a statement at most.
      for start in stride(from: 0, to: numbers.count, by: Self.parametersAtATime) {
        let some = numbers[start..<min(numbers.count, start + Self.parametersAtATime)]
        let rows = try Row.fetchAll(
          database,
          sql: """
            SELECT number, volcano, frame, pair FROM interferogram JOIN stack ON stack.id = interferogram.stack
            WHERE number IN (\(databaseQuestionMarks(count: some.count)))
            """, arguments: StatementArguments(Array(some)))
        for row in rows { names[row["number"]] = try InterferogramID(row, path: path) }
      }
      return names
    }
  }

  private static let parametersAtATime = 1000
}
