import Foundation
import GRDB
import Interferometry

extension Ledger {
  /// State of the planned stacks' files when last compared, by stack number.
  public func stackStates() throws -> [Int: StackState] {
    try reading { database in
      try Row.fetchAll(database, sql: "SELECT * FROM stack_state").reduce(into: [:]) {
        $0[$1["stack"]] = StackState(identity: $1["identity"], stamp: $1["stamp"])
      }
    }
  }

  /// All interferograms of a stack that were ever planned, in plan order.
  public func inputs(ofStack stack: Int) throws -> [PlannedInput] {
    try reading { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT number, pair, outcome, hash FROM interferogram LEFT JOIN pixel_hash USING (number)
          WHERE stack = ? ORDER BY number
          """, arguments: [stack])
      return try rows.map { row in
        guard let pair = DatePair(row["pair"] as String) else {
          throw LedgerError.damagedRow(path: path, detail: "interferogram \(row["number"] as Int) has no dates")
        }
        let standing: PlannedInput.Standing =
          switch row["outcome"] as Int {
          case 0: .open
          case 3: .quarantined
          case 4: .unreadable
          case 5: .outside
          default: .decided
          }
        return PlannedInput(number: row["number"], pair: pair, standing: standing, pixelHash: row["hash"])
      }
    }
  }

  /// Records the comparison of a stack's file with the plan, in one transaction: changed interferograms lose
  /// their outcome, which moves to their history, and are opened again or leave the plan.
  ///
  /// - Parameters:
  ///   - changes: the changes, by interferogram number.
  ///   - pixelHashes: SHA-256 of the current pixels, by interferogram number.
  ///   - stack: the stack's number.
  ///   - state: the state of its file; `nil` leaves the stored state.
  /// - Throws: ``LedgerError``; nothing is recorded then.
  public func note(
    _ changes: [Int: InputChange.Kind], pixelHashes: [Int: Data], ofStack stack: Int, state: StackState?
  ) throws {
    let now = Self.now
    try transaction(.plan) { database in
      let scoring = try Int.fetchOne(database, sql: "SELECT max(number) FROM earlier_scoring") ?? 0
      for (number, kind) in changes.sorted(by: { $0.key < $1.key }) {
        try database.execute(
          sql: """
            INSERT INTO input_change (number, kind, time, scoring, outcome, reason, maximum_probability)
              SELECT interferogram.number, ?, ?, ?, outcome, reason, maximum_probability
              FROM interferogram LEFT JOIN score USING (number) WHERE interferogram.number = ?
            """, arguments: [kind.rawValue, now, scoring, number])
        for table in ["from_activations", "score", "execution"] {
          try database.execute(sql: "DELETE FROM \(table) WHERE number = ?", arguments: [number])
        }
        try database.execute(
          sql: "DELETE FROM outcome_checksum WHERE number = ? AND scoring = 0", arguments: [number])
        if try Self.hasOtherPixels(kind, number, database) {
          for table in ["activation", "interferogram_mask"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE number = ?", arguments: [number])
          }
        }
        try database.execute(
          sql: "UPDATE interferogram SET outcome = ?, reason = NULL, unit = 0 WHERE number = ?",
          arguments: [kind.leavesPlan ? 5 : 0, number])
      }
      for (number, hash) in pixelHashes {
        try database.execute(
          sql: "INSERT OR REPLACE INTO pixel_hash VALUES (?, ?)", arguments: [number, hash])
      }
      guard let state else { return }
      try database.execute(
        sql: "INSERT OR REPLACE INTO stack_state VALUES (?, ?, ?)", arguments: [stack, state.identity, state.stamp])
    }
  }

  /// Whether stored results of an interferogram may belong to other pixels than its current ones.
  private static func hasOtherPixels(_ kind: InputChange.Kind, _ number: Int, _ database: Database) throws -> Bool {
    switch kind {
    case .pixels, .file: return true
    case .dropped, .gone, .copy: return false
    // With a known hash the pixels were compared; without one their equality is unknown.
    case .returned:
      let hash = try Row.fetchOne(database, sql: "SELECT 1 FROM pixel_hash WHERE number = ?", arguments: [number])
      return hash == nil
    }
  }

  /// Changes of an interferogram's input since it was planned, oldest first.
  func inputChanges(of number: Int, _ database: Database) throws -> [InputChange] {
    guard try database.tableExists("input_change") else { return [] }
    return try Row.fetchAll(
      database, sql: "SELECT * FROM input_change WHERE number = ? ORDER BY sequence", arguments: [number]
    ).compactMap { row in
      InputChange.Kind(rawValue: row["kind"]).map {
        InputChange(kind: $0, time: row["time"], before: Self.words(of: row))
      }
    }
  }

  private static func words(of row: Row) -> String? {
    let reason: String = row["reason"] ?? ""
    switch row["outcome"] as Int {
    case 1: return (row["maximum_probability"] as Double?).map { "scored \(Float($0))" } ?? "scored"
    case 2: return "rejected: \(reason)"
    case 3: return "quarantined: \(reason)"
    case 4: return "unreadable: \(reason)"
    default: return nil
    }
  }
}
