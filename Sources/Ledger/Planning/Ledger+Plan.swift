import Foundation
import GRDB
import Interferometry
import Names
import SweepRecords

extension Ledger {
  /// Adds a stack and its pairs to the plan; those already planned are unchanged.
  ///
  /// - Returns: the number of interferograms added.
  /// - Throws: ``LedgerError/otherSweep(path:differences:)`` if a stack's grid differs from the planned one.
  public func plan(_ stack: PlannedStack, pairs: [DatePair]) throws -> Int {
    try plan([(stack, pairs)])
  }

  /// Adds several stacks in one transaction, each as ``plan(_:pairs:)`` does.
  ///
  /// - Returns: the number of interferograms added.
  /// - Throws: ``LedgerError/otherSweep(path:differences:)`` if a stack's grid differs from the planned one;
  ///   nothing is added then.
  public func plan(_ stacks: [(PlannedStack, [DatePair])]) throws -> Int {
    try transaction(.plan) { database in
      let insert = try PreparedStatement(
        database, "INSERT INTO interferogram (stack, pair) VALUES (?, ?) ON CONFLICT DO NOTHING")
      var added = 0
      for (stack, pairs) in stacks {
        insert.bind(1, try id(of: stack, database))
        for pair in pairs {
          insert.bind(2, pair.description)
          added += try insert.run()
        }
      }
      return added
    }
  }

  private func id(of stack: PlannedStack, _ database: Database) throws -> Int64 {
    if let row = try Row.fetchOne(database, sql: "SELECT * FROM stack WHERE file = ?", arguments: [stack.file]) {
      let planned = try Self.stack(from: row, path: path)
      guard planned == stack else {
        throw LedgerError.otherSweep(
          path: path,
          differences: [
            "stack \(stack.file) was \(planned.volcano), \(planned.frame), \(planned.grid) pixels, now "
              + "\(stack.volcano), \(stack.frame), \(stack.grid) pixels"
          ])
      }
      return row["id"]
    }
    let transform = stack.geoTransform
    try database.execute(
      sql: """
        INSERT INTO stack (file, volcano, volcano_name, frame, height, width, west, north, longitude_step,
          latitude_step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        stack.file, stack.volcano, stack.volcanoName, stack.frame, stack.grid.height, stack.grid.width,
        transform.west, transform.north, transform.longitudeStep, transform.latitudeStep,
      ])
    return database.lastInsertedRowID
  }

  /// All planned stacks by number, except ``misnamedStacks()``.
  public func stacks() throws -> [Int: PlannedStack] {
    try reading { database in
      try Row.fetchAll(database, sql: "SELECT * FROM stack").reduce(into: [:]) {
        guard Self.nameProblem(ofStack: $1) == nil else { return }
        $0[$1["id"]] = try Self.stack(from: $1, path: path)
      }
    }
  }

  /// Stacks whose names are invalid as file names, as in a ledger edited by hand: they are neither computed nor
  /// listed.
  ///
  /// - Returns: stack numbers with the reason, safe to display.
  /// - Throws: ``LedgerError``.
  public func misnamedStacks() throws -> [(id: Int, reason: String)] {
    try reading { database in
      try Row.fetchAll(database, sql: "SELECT * FROM stack ORDER BY id").compactMap { row in
        Self.nameProblem(ofStack: row).map { (row["id"], "\(path): stack \(row["id"] as Int): \($0)") }
      }
    }
  }

  /// What is wrong with the names in a row of `stack`; `nil` if they are valid.
  static func nameProblem(ofStack row: Row) -> String? {
    for (column, role) in [("file", "file name"), ("volcano", "volcano"), ("frame", "frame")] {
      let text: String = row[column] ?? ""
      if let problem = PathComponent.problem(text) {
        return "its \(role) “\(VisibleText.line(text, limit: 60))” \(problem)"
      }
    }
    let name: String = row["volcano_name"] ?? ""
    return DisplayName.problem(name).map { "its volcano's name “\(VisibleText.line(name, limit: 60))” \($0)" }
  }

  /// All interferograms without an outcome, by stack file, then in plan order.
  public func openInterferograms() throws -> [OpenInterferogram] {
    try reading { database in
      let rows = try PreparedStatement(
        database,
        """
        SELECT number, stack, pair FROM interferogram JOIN stack ON stack.id = interferogram.stack
        WHERE outcome = 0 ORDER BY stack.file, number
        """)
      var open: [OpenInterferogram] = []
      try rows.forEachRow {
        guard let pair = rows.datePair(2) else {
          throw LedgerError.damagedRow(path: path, detail: "interferogram has dates \(rows.text(2) ?? "none")")
        }
        open.append(OpenInterferogram(number: rows.integer(0), stack: rows.integer(1), pair: pair))
      }
      return open
    }
  }

  static func stack(from row: Row, path: String) throws -> PlannedStack {
    let (height, width): (Int, Int) = (row["height"], row["width"])
    guard height > 0, width > 0 else {
      throw LedgerError.damagedRow(path: path, detail: "stack \(row["file"] as String) is \(height) × \(width)")
    }
    return PlannedStack(
      file: row["file"], volcano: row["volcano"], volcanoName: row["volcano_name"], frame: row["frame"],
      grid: Grid(height: height, width: width),
      geoTransform: GeoTransform(
        west: row["west"], north: row["north"], longitudeStep: row["longitude_step"],
        latitudeStep: row["latitude_step"]))
  }
}
