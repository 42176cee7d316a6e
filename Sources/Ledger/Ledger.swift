import Foundation
import GRDB
import Synchronization

/// The SQLite file that is the only truth about a sweep. Its calls block: keep them off Swift's cooperative threads.
///
/// What ``write(_:epoch:)`` has returned from is on the disk: the file is in WAL mode with `synchronous = FULL`, read
/// back from the connection that writes.
public final class Ledger: Sendable {
  public let path: String
  let database: any DatabaseWriter
  /// What reads go to: ``database``, or one state of it.
  let reader: any DatabaseReader
  /// `nil` where nothing is written, or not to files of the operating system.
  let files: LedgerFiles?
  /// Numbers of the words that transitions are told in, as far as they are durable.
  let words = Mutex<[String: Int64]>([:])
  /// Set by the first write that the disk failed: what it holds since then is not known.
  let failure = Mutex<LedgerError?>(nil)
  let log: WriteAheadLog
  /// Whether its files go when it is closed: another file has all that it holds.
  let isSpent = Atomic(false)
  /// The copy that was given up last, because its disk did not answer.
  let lateCopy = Mutex<LeftCall?>(nil)

  /// Opens the ledger, or creates it; one of an older volcsweep becomes one of this.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - vfs: name of the SQLite VFS that holds it; `nil` for the operating system's files.
  /// - Throws: ``LedgerError`` for a file that is no ledger, one of a newer volcsweep, or a file system that cannot
  ///   keep what it was told to.
  public convenience init(path: String, vfs: String? = nil) throws {
    try self.init(path: path, vfs: vfs, synchronous: .full)
  }

  /// How much SQLite does so that a transaction stays. Anything but full is for tests that see results get lost.
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
    // GRDB sets NORMAL after its own preparation of a pool's connections, so FULL comes last and is read back.
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

  /// One that is only read.
  init(path: String, database: any DatabaseWriter, reader: (any DatabaseReader)? = nil) {
    self.path = path
    self.database = database
    self.reader = reader ?? database
    files = nil
    log = WriteAheadLog(limit: WriteAheadLog.usualLimit)
  }

  /// For so long another program may write before it is waited for no more.
  private static let busySeconds = 10.0

  private static func openWithTables(_ path: String, vfs: String?) throws -> any DatabaseWriter {
    let deadline = ContinuousClock.now + .seconds(busySeconds)
    while true {
      do {
        let database = try open(path, vfs: vfs)
        try migrate(database, path: path)
        return database
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline {
        // Of several that open a new file at once SQLite refuses some without waiting, whatever the timeout.
        usleep(5_000)
      }
    }
  }

  private static func open(_ path: String, vfs: String?) throws -> any DatabaseWriter {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.label = "ledger"
    // Rows refer to rows that the same code wrote; looking each up again costs as much as writing it.
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
        // Who else opens it just now may have made a step that this one was about to make.
        let now = try database.read(migrator.appliedIdentifiers).count
        guard now > applied else { throw error }
        applied = now
      }
    }
    FailPoint.reach(.migrateAfter)
  }

  /// Writes the last of the WAL into the file, unless somebody reads it just now, and closes it.
  public func close() throws {
    // A state ends with its last reference.
    if reader is DatabaseSnapshot { return }
    FailPoint.reach(.closeBefore)
    if !database.configuration.readonly, failure.withLock({ $0 == nil }) {
      // The last of the pool's connections to close is a reader, which writes nothing.
      database.writeWithoutTransaction { log.empty($0) }
    }
    try database.close()
    // The file itself last: without it the others are nobody's.
    if isSpent.load(ordering: .acquiring) { for suffix in ["-wal", "-shm", ""] { unlink(path + suffix) } }
    FailPoint.reach(.closeAfter)
  }
}
