import Foundation
import GRDB

extension Ledger {
  /// Opens a ledger read-only while others may write to it; a ledger of an older version is not migrated.
  ///
  /// - Parameter path: the file.
  /// - Throws: ``LedgerError`` for a file that is not a ledger, or a ledger of a newer version.
  public convenience init(reading path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    configuration.label = "ledger"
    configuration.prepareDatabase { database in
      let versions = try String.fetchSet(database, sql: "SELECT identifier FROM grdb_migrations")
      guard versions.isSubset(of: Schema.migrator.migrations) else { throw LedgerError.newerSchema(path: path) }
      if versions.contains("8"), !versions.contains("12") { try database.execute(sql: Schema.version12Views) }
      guard !versions.contains("7") else { return }
      try database.execute(sql: versions.contains("2") ? Schema.version7View : Schema.version1Views)
      if versions.contains("6") { try database.execute(sql: Schema.version7EarlierView) }
    }
    do {
      let database = try DatabasePool(path: path, configuration: configuration)
      try database.read { _ in }
      self.init(path: path, database: database)
    } catch let error as DatabaseError {
      throw LedgerError(opening: path, error)
    }
  }
}
