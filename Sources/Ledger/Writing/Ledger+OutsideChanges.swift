import GRDB

extension Ledger {
  /// Records, in the same transaction, a change outside of any epoch that no restart would repeat.
  static func noteOutsideChange(_ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO outside_change VALUES (?)", arguments: [Int64.random(in: 1...Int64.max)])
  }

  /// Numbers of all such changes; empty for a read-only ledger of an older version.
  func outsideChanges() throws -> Set<Int64> {
    try reading { database in
      guard try database.tableExists("outside_change") else { return [] }
      return try Int64.fetchSet(database, sql: "SELECT id FROM outside_change")
    }
  }
}
