import GRDB

/// Findings of a check of a whole ledger.
public struct LedgerCheck: Sendable {
  /// SQLite's findings on the file's structure, and dangling references; empty if there are none.
  public var structure: [String] = []
  /// Counts that disagree.
  public var counts: [String] = []
  /// Outcomes and masks that differ from what was written.
  public var damaged: [DamagedOutcome] = []
  /// Whether outcomes have checksums; older versions wrote none, and the next sweep adds them.
  public var hasChecksums = true

  /// Whether nothing was found.
  public var isSound: Bool { structure.isEmpty && counts.isEmpty && damaged.isEmpty }
}

extension Ledger {
  private static let messageLimit = 100

  /// Checks the file's structure, references between rows, counts, and each outcome's checksum. Changes
  /// nothing.
  ///
  /// - Returns: the findings, even if the damage prevents reading the whole file.
  /// - Throws: ``LedgerError`` if it cannot be read at all.
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

  /// SQLite's integrity check; a page that aborts it is one more finding.
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

  /// Open interferograms in no unit of their stack; the next start of the sweep puts them into new units.
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
