import GRDB
import Interferometry

/// An interferogram without a score, and why.
public struct KnownFailure: Hashable, Sendable {
  public let id: InterferogramID
  /// How it ended instead.
  public let kind: Kind
  public let reason: String

  /// The outcomes that are no score, in the order in which they are listed.
  public enum Kind: String, Hashable, Sendable {
    /// Its worker died or hung each time.
    case quarantined
    /// No worker could read it; the next run of the same command tries it again.
    case unreadable
    /// Its pixels cannot be scored.
    case rejected

    init(code: Int) {
      self =
        switch code {
        case 3: .quarantined
        case 4: .unreadable
        default: .rejected
        }
    }
  }
}

extension Ledger {
  /// The interferograms that ended without a score: those quarantined first, then those unreadable, then those rejected,
  /// each in plan order.
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
          WHERE outcome IN (2, 3, 4)
          ORDER BY CASE outcome WHEN 3 THEN 0 WHEN 4 THEN 1 ELSE 2 END, number LIMIT ?
          """, arguments: [limit])
      return try rows.map { row in
        KnownFailure(
          id: try InterferogramID(row, path: path), kind: KnownFailure.Kind(code: row["outcome"]),
          reason: row["reason"] ?? "")
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
