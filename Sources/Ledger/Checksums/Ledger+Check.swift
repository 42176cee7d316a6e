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
  /// - Returns: what was found, also where the file is so damaged that not all of it can be read.
  /// - Throws: ``LedgerError`` when it cannot be read at all.
  public func check() throws -> LedgerCheck {
    var check = LedgerCheck()
    var faults: [String] = []
    do {
      try reading { faults = try Self.integrityFaults($0) }
    } catch LedgerError.damagedRow(_, let detail) {
      // The transaction around it may fail as well.
      if faults.isEmpty { faults.append("the integrity check did not complete: \(detail)") }
    }
    check.structure = faults
    do {
      try checkContent(&check)
    } catch LedgerError.damagedRow(_, let detail) {
      check.structure.append("it cannot be read completely: \(detail)")
    } catch {
      guard !check.structure.isEmpty else { throw error }
      check.structure.append("it cannot be read completely: \(error)")
    }
    return check
  }

  /// What SQLite says of the file; a page that stops it is one thing more.
  private static func integrityFaults(_ database: Database) throws -> [String] {
    var faults: [String] = []
    do {
      let lines = try String.fetchCursor(database, sql: "PRAGMA integrity_check(\(messageLimit))")
      while let line = try lines.next() {
        if line != "ok" { faults.append(line) }
      }
    } catch let error as DatabaseError {
      guard error.resultCode == .SQLITE_CORRUPT else { throw error }
      faults.append("the integrity check did not complete: \(error.message ?? "damaged")")
    }
    return faults
  }

  private func checkContent(_ check: inout LedgerCheck) throws {
    let references: [String] = try reading { database in
      try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").prefix(Self.messageLimit).map {
        let row = Int.fromDatabaseValue($0["rowid"] as DatabaseValue).map { " row \($0)" } ?? ""
        return
          "table \($0["table"] as String)\(row) refers to a row of \($0["parent"] as String) that does not exist"
      }
    }
    check.structure += references
    (check.counts, check.hasChecksums) = try reading { database in
      (try Self.countFaults(database) + Self.strayInterferograms(database), try Self.hasChecksums(database))
    }
    check.damaged = try damagedOutcomes()
  }

  /// Open interferograms that are in no unit of their stack; the next start of the sweep cuts new ones for them.
  private static func strayInterferograms(_ database: Database) throws -> [String] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT interferogram.number, interferogram.pair, interferogram.outcome, interferogram.unit, stack.volcano,
          stack.frame
        FROM interferogram LEFT JOIN stack ON stack.id = interferogram.stack WHERE \(isInNoUnitOfItsStack)
        ORDER BY interferogram.number LIMIT \(messageLimit)
        """)
    return rows.map { row in
      let unit = Int.fromDatabaseValue(row["unit"] as DatabaseValue).map { " \($0)" } ?? ""
      return "\(DamagedOutcome(row).name) is in unit\(unit), which belongs to another stack"
    }
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
      ("interferograms have no score and no reason", "outcome IN (2, 3, 4) AND reason IS NULL"),
    ]
    return try faults.compactMap { words, condition in
      let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM interferogram WHERE \(condition)") ?? 0
      return count > 0 ? "\(count) \(words)" : nil
    }
  }
}
