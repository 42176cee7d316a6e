import GRDB
import Interferometry

/// An interferogram that ended without a score, with the reason.
public struct KnownFailure: Hashable, Sendable {
  /// Volcano, frame and dates.
  public let id: InterferogramID
  /// How it ended.
  public let kind: Kind
  /// The stored reason, as text.
  public let reason: String

  /// Outcomes without a score, in the order in which they are listed.
  public enum Kind: String, Hashable, Sendable {
    /// Its worker died or hung on every try.
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
  /// Interferograms that ended without a score: quarantined ones first, then unreadable, then rejected ones,
  /// each in plan order.
  ///
  /// - Parameter limit: maximum number returned.
  /// - Returns: the interferograms with their reasons.
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

  /// Names of interferograms, by their numbers in the plan.
  public func names(ofInterferograms numbers: Set<Int>) throws -> [Int: InterferogramID] {
    let numbers = numbers.sorted()
    return try reading { database in
      var names: [Int: InterferogramID] = [:]
      // SQLite allows at most 32,766 parameters per statement.
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
