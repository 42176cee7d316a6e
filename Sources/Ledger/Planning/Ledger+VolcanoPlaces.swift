import GRDB
import Interferometry

extension Ledger {
  /// Stores where volcanoes lie, for the lists. No interferogram's result depends on it.
  ///
  /// - Parameter places: those of stacks of the archive; others stay stored.
  /// - Throws: ``LedgerError``.
  public func keep(places: [VolcanoPlace]) throws {
    let known = try volcanoPlaces()
    let changed = Set(places.filter(\.isOnEarth)).subtracting(known).sorted { $0.volcano < $1.volcano }
    guard !changed.isEmpty else { return }
    try transaction(.plan) { database in
      let insert = try PreparedStatement(database, "INSERT OR REPLACE INTO volcano_place VALUES (?, ?, ?)")
      for place in changed {
        insert.bind(1, place.volcano)
        insert.bind(2, place.latitudeDegrees)
        insert.bind(3, place.longitudeDegrees)
        try insert.run()
      }
    }
  }

  /// Where the volcanoes lie, by key; none in ledgers of older versions until a sweep reads the archive again.
  public func volcanoPlaces() throws -> [VolcanoPlace] {
    try reading { database in
      guard try database.tableExists("volcano_place") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT * FROM volcano_place ORDER BY volcano").map { row in
        VolcanoPlace(volcano: row["volcano"], latitudeDegrees: row["latitude"], longitudeDegrees: row["longitude"])
      }
    }
  }
}
