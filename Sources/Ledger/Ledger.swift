import Foundation
import GRDB
import Synchronization

/// The SQLite file that holds the authoritative state of a sweep. Its calls block: keep them off Swift's
/// cooperative threads.
///
/// When ``write(_:epoch:)`` returns, its data is durable: the file is in WAL mode with `synchronous = FULL`,
/// verified on the writing connection.
public final class Ledger: Sendable {
  /// The database file.
  public let path: String
  let database: any DatabaseWriter
  /// Where reads go: ``database``, or a snapshot of it.
  let reader: any DatabaseReader
  /// `nil` for a read-only ledger, and for a VFS that does not use files of the operating system.
  let files: LedgerFiles?
  /// Durable row numbers of the words in which transitions are stored.
  let words = Mutex<[String: Int64]>([:])
  /// Set by the first write that failed on disk: from then on the content of the file is uncertain.
  let failure = Mutex<LedgerError?>(nil)
  let log: WriteAheadLog
  /// Whether its files are deleted on closing, because another file has everything they hold.
  let isSpent = Atomic(false)
  /// The last copy that timed out because its disk did not respond.
  let lateCopy = Mutex<LeftCall?>(nil)

  /// Opens the ledger, or creates it. A ledger of an older version is migrated to this one.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - vfs: name of the SQLite VFS that holds it; `nil` for the operating system's files.
  /// - Throws: ``LedgerError`` for a file that is not a ledger, a ledger of a newer version, or a file system
  ///   without durable writes.
  public convenience init(path: String, vfs: String? = nil) throws {
    try self.init(path: path, vfs: vfs, synchronous: .full)
  }

  /// SQLite's `synchronous` levels. Levels below full are only for tests that demonstrate lost results.
  enum Synchronous: Int {
    case normal = 1
    case full = 2
  }

  init(
    path: String, vfs: String?, synchronous: Synchronous, checkpointFrames: Int32 = WriteAheadLog.usualLimit
  ) throws {
    self.path = path
    log = WriteAheadLog(limit: checkpointFrames)
    do {
      database = try Self.openWithTables(path, vfs: vfs)
      reader = database
      files = vfs == nil ? LedgerFiles(path) : nil
      if vfs == nil { try FolderEntry.makeDurable(path) }
    } catch let error as DatabaseError {
      throw LedgerError(opening: path, error)
    }
    // GRDB sets NORMAL after its own preparation of a pool's connections, so set FULL afterwards and verify it.
    try database.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA synchronous = \(synchronous.rawValue)")
      log.watch(database)
      let applied = try Int.fetchOne(database, sql: "PRAGMA synchronous")
      let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
      guard applied == synchronous.rawValue, journal == "wal" else {
        throw LedgerError.notDurable(
          path: path, detail: "synchronous is \(applied ?? -1), journal mode \(journal ?? "unknown")")
      }
    }
  }

  /// A read-only ledger.
  init(path: String, database: any DatabaseWriter, reader: (any DatabaseReader)? = nil) {
    self.path = path
    self.database = database
    self.reader = reader ?? database
    files = nil
    log = WriteAheadLog(limit: WriteAheadLog.usualLimit)
  }

  /// Time to wait for another program's write before giving up.
  private static let busySeconds = 10.0

  private static func openWithTables(_ path: String, vfs: String?) throws -> any DatabaseWriter {
    let deadline = ContinuousClock.now + .seconds(busySeconds)
    while true {
      do {
        let database = try open(path, vfs: vfs)
        try migrate(database, path: path)
        return database
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline {
        // When several processes open a new file at once, SQLite rejects some immediately, whatever the
        // timeout.
        usleep(5_000)
      }
    }
  }

  private static func open(_ path: String, vfs: String?) throws -> any DatabaseWriter {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.label = "ledger"
    // Only this code writes the referenced rows; verifying every reference would cost as much as the writes.
    configuration.foreignKeysEnabled = false
    guard let vfs else { return try DatabasePool(path: path, configuration: configuration) }
    let queue = try DatabaseQueue(path: "file:\(path)?vfs=\(vfs)", configuration: configuration)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    return queue
  }

  private static func migrate(_ database: any DatabaseWriter, path: String) throws {
    let migrator = Schema.migrator
    guard try !database.read(migrator.hasBeenSuperseded) else { throw LedgerError.newerSchema(path: path) }
    guard try !database.read(migrator.hasCompletedMigrations) else { return }
    FailPoint.reach(.migrateBefore)
    var applied = try database.read(migrator.appliedIdentifiers).count
    while true {
      do {
        try migrator.migrate(database)
        break
      } catch let error as DatabaseError {
        // Another process that is opening the ledger may have applied the next migration already.
        let now = try database.read(migrator.appliedIdentifiers).count
        guard now > applied else { throw error }
        applied = now
      }
    }
    FailPoint.reach(.migrateAfter)
  }

  /// Checkpoints the rest of the WAL, unless a reader holds it, and closes the file.
  public func close() throws {
    // A snapshot is released with its last reference.
    if reader is DatabaseSnapshot { return }
    FailPoint.reach(.closeBefore)
    if !database.configuration.readonly, failure.withLock({ $0 == nil }) {
      // The pool closes a reader last, and readers cannot checkpoint.
      database.writeWithoutTransaction { log.empty($0) }
    }
    try database.close()
    // Delete the database last: without it the other files are not recognised.
    if isSpent.load(ordering: .acquiring) { for suffix in ["-wal", "-shm", ""] { unlink(path + suffix) } }
    FailPoint.reach(.closeAfter)
  }
}
