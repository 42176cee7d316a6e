import GRDB

/// What a check of a whole ledger found.
public struct LedgerCheck: Sendable {
  /// What SQLite says of the file's structure, and of rows that refer to nothing; none when it is sound.
  public var structure: [String] = []
  /// Counts that do not agree.
  public var counts: [String] = []
  public var damaged: [DamagedOutcome] = []
  /// Whether outcomes have checksums; those of older versions have none until a sweep opens the ledger.
  public var hasChecksums = true

  public var isSound: Bool { structure.isEmpty && counts.isEmpty && damaged.isEmpty }
}

extension Ledger {
  private static let messageLimit = 100

  /// Checks the file's structure, references between rows, the counts, and each outcome's checksum. Changes nothing.
  ///
  /// - Throws: ``LedgerError`` when it cannot be read at all.
  public func check() throws -> LedgerCheck {
    var check = LedgerCheck()
    (check.structure, check.counts, check.hasChecksums) = try reading { database in
      let integrity = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(Self.messageLimit))")
      let references = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").prefix(Self.messageLimit).map {
        let row = Int.fromDatabaseValue($0["rowid"] as DatabaseValue).map { " row \($0)" } ?? ""
        return "table \($0["table"] as String)\(row) refers to a row of \($0["parent"] as String) that is not there"
      }
      return (
        integrity.filter { $0 != "ok" } + references, try Self.countFaults(database),
        try Self.hasChecksums(database)
      )
    }
    check.damaged = try damagedOutcomes()
    return check
  }

  private static func countFaults(_ database: Database) throws -> [String] {
    let faults = [
      (
        "interferograms are scored but have no score",
        "outcome = 1 AND NOT EXISTS (SELECT 1 FROM score WHERE score.number = interferogram.number)"
      ),
      (
        "interferograms have a score but are not scored",
        "outcome <> 1 AND EXISTS (SELECT 1 FROM score WHERE score.number = interferogram.number)"
      ),
      (
        "interferograms without an outcome have an execution",
        "outcome = 0 AND EXISTS (SELECT 1 FROM execution WHERE execution.number = interferogram.number)"
      ),
      ("interferograms are rejected or quarantined without a reason", "outcome IN (2, 3) AND reason IS NULL"),
    ]
    return try faults.compactMap { words, condition in
      let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM interferogram WHERE \(condition)") ?? 0
      return count > 0 ? "\(count) \(words)" : nil
    }
  }
}
