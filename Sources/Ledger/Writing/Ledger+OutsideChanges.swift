import GRDB

extension Ledger {
  /// Notes, inside the transaction that makes it, a change that belongs to no epoch and that no restart repeats.
  static func noteOutsideChange(_ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO outside_change VALUES (?)", arguments: [Int64.random(in: 1...Int64.max)])
  }

  /// The numbers of all such changes; none in a ledger of an older volcsweep that is only read.
  func outsideChanges() throws -> Set<Int64> {
    try reading { database in
      guard try database.tableExists("outside_change") else { return [] }
      return try Int64.fetchSet(database, sql: "SELECT id FROM outside_change")
    }
  }
}
