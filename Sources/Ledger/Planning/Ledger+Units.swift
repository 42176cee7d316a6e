import GRDB
import SweepRecords

extension Ledger {
  /// SQL condition on a row of `interferogram`: open, but without a unit, or with a missing unit or one of
  /// another stack. Such an interferogram would never be assigned, or not with its own stack.
  static let isInNoUnitOfItsStack = """
    outcome = 0 AND interferogram.unit <> 0 AND NOT EXISTS (
      SELECT 1 FROM unit WHERE unit.id = interferogram.unit AND unit.stack = interferogram.stack)
    """

  /// Puts every open interferogram without a unit of its stack into a new unit. Existing units are unchanged.
  ///
  /// - Parameter size: most interferograms in a unit; each unit holds one stack's, in the order of
  ///   ``openInterferograms()``.
  /// - Throws: ``LedgerError``; no unit is added then.
  public func planUnits(size: Int) throws {
    precondition(size > 0, "a unit holds at least one interferogram")
    try transaction(.planUnits) { database in
      try database.execute(sql: "UPDATE interferogram SET unit = 0 WHERE \(Self.isInNoUnitOfItsStack)")
      let rows = try PreparedStatement(
        database,
        """
        SELECT number, stack FROM interferogram JOIN stack ON stack.id = interferogram.stack
        WHERE outcome = 0 AND unit = 0 ORDER BY stack.file, number
        """)
      var loose: [(number: Int, stack: Int)] = []
      try rows.forEachRow { loose.append((rows.integer(0), rows.integer(1))) }
      let insert = try PreparedStatement(database, "INSERT INTO unit (id, stack) VALUES (?, ?)")
      let assign = try PreparedStatement(database, "UPDATE interferogram SET unit = ? WHERE number = ?")
      var id = try Self.lastUnit(database)
      var room = 0
      for (index, interferogram) in loose.enumerated() {
        if room == 0 || loose[index - 1].stack != interferogram.stack {
          id += 1
          room = size
          insert.bind(1, id)
          insert.bind(2, interferogram.stack)
          try insert.run()
          assign.bind(1, id)
        }
        room -= 1
        assign.bind(2, interferogram.number)
        try assign.run()
      }
    }
  }

  /// Units with open interferograms, by number; only these interferograms are listed.
  public func openUnits() throws -> [LedgerUnit] {
    try reading { database in
      let rows = try PreparedStatement(
        database, "SELECT number, unit FROM interferogram WHERE outcome = 0 AND unit > 0")
      var open: [Int: [Int]] = [:]
      try rows.forEachRow { open[rows.integer(1), default: []].append(rows.integer(0)) }
      let units = try PreparedStatement(database, "SELECT id, stack, parent, blame FROM unit ORDER BY id")
      var listed: [LedgerUnit] = []
      listed.reserveCapacity(open.count)
      try units.forEachRow {
        let id = units.integer(0)
        guard let interferograms = open[id] else { return }
        listed.append(
          LedgerUnit(
            id: UInt64(id), stack: units.integer(1), parent: UInt64(units.integer(2)), blame: units.integer(3),
            interferograms: interferograms.sorted()))
      }
      return listed
    }
  }

  /// The lowest unit number that was never used.
  public func nextUnit() throws -> UInt64 {
    try reading { UInt64(try Self.lastUnit($0)) + 1 }
  }

  /// Parent of each unit that came from a split.
  public func unitParents() throws -> [UInt64: UInt64] {
    try reading { database in
      let rows = try PreparedStatement(database, "SELECT id, parent FROM unit WHERE parent > 0")
      var parents: [UInt64: UInt64] = [:]
      try rows.forEachRow { parents[UInt64(rows.integer(0))] = UInt64(rows.integer(1)) }
      return parents
    }
  }

  private static func lastUnit(_ database: Database) throws -> Int64 {
    try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'unit'") ?? 0
  }
}
