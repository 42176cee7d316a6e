import Foundation
import GRDB

/// The SQLite file that is the only truth about a sweep. Its calls block: keep them off Swift's cooperative threads.
///
/// What ``record(_:epoch:)`` has returned from is on the disk: the file is in WAL mode with `synchronous = FULL`, read back
/// from the connection that writes.
public final class Ledger: Sendable {
  public let path: String
  let database: DatabasePool

  /// Opens the ledger, or creates it.
  ///
  /// - Throws: ``LedgerError`` for a file that is no ledger, one of a newer volcsweep, or a file system that cannot
  ///   keep what it was told to.
  public init(path: String) throws {
    self.path = path
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      configuration.label = "ledger"
      database = try DatabasePool(path: path, configuration: configuration)
      let migrator = Schema.migrator
      guard try !database.read(migrator.hasBeenSuperseded) else { throw LedgerError.newerSchema(path: path) }
      try migrator.migrate(database)
    } catch let error as DatabaseError {
      throw LedgerError.notALedger(path: path, detail: error.message ?? error.description)
    }
    // GRDB sets NORMAL after its own preparation of a pool's connections, so FULL comes last and is read back.
    try database.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA synchronous = FULL")
      let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
      let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
      guard synchronous == 2, journal == "wal" else {
        throw LedgerError.notDurable(
          path: path, detail: "synchronous is \(synchronous ?? -1), journal mode \(journal ?? "unknown")")
      }
    }
  }

  /// Writes the last of the WAL into the file and closes it.
  public func close() throws {
    try database.close()
  }
}
