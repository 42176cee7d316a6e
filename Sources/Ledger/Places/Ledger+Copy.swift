import Files
import Foundation
import GRDB

extension Ledger {
  /// One start of a coordinator, as recorded.
  private struct Start: Hashable {
    let epoch: Int
    let host: String
    let pid: Int
    let started: String
  }

  private func start(_ epoch: Int? = nil) throws -> Start? {
    try reading { database in
      let row =
        if let epoch {
          try Row.fetchOne(database, sql: "SELECT * FROM epoch WHERE epoch = ?", arguments: [epoch])
        } else {
          try Row.fetchOne(database, sql: "SELECT * FROM epoch ORDER BY epoch DESC LIMIT 1")
        }
      return row.map { Start(epoch: $0["epoch"], host: $0["host"], pid: $0["pid"], started: $0["started"]) }
    }
  }

  /// Whether this ledger is a continuation of another: it contains the other's last epoch, and every change
  /// made there outside of epochs.
  func continues(_ other: Ledger) throws -> Bool {
    guard try noted("sweep_id") == other.noted("sweep_id") else { return false }
    guard try other.outsideChanges().isSubset(of: outsideChanges()) else { return false }
    guard let theirs = try other.start() else { return true }
    return try start(theirs.epoch) == theirs
  }

  private func noted(_ key: String) throws -> String? {
    try reading { try String.fetchOne($0, sql: "SELECT value FROM note WHERE key = ?", arguments: [key]) }
  }

  /// Writes an atomic copy of the ledger's current state while others read and write it. Temporarily needs the
  /// same space again next to the ledger.
  ///
  /// - Parameter target: the copy's file; an existing one is replaced.
  /// - Throws: ``LedgerError/superseded(path:ownEpoch:epoch:)`` if another coordinator has continued the sweep
  ///   in the target, ``LedgerError/notAnswering(path:seconds:ledger:)`` if a disk hangs, or the disk's error.
  public func copyOut(to target: URL) throws {
    var status = stat()
    let bytes = stat(path, &status) == 0 ? Double(status.st_size) : 0
    try copyOut(to: target, withinSeconds: Self.copySeconds + bytes / Self.slowestBytesPerSecond)
  }

  /// Time limit of a copy, and the additional time per byte.
  private static let copySeconds = 60.0
  private static let slowestBytesPerSecond = 5e6

  /// ``copyOut(to:)`` with a given time limit.
  func copyOut(to target: URL, withinSeconds seconds: Double) throws {
    let error = LedgerError.notAnswering(path: target.path, seconds: Int(seconds.rounded(.up)), ledger: path)
    // An earlier copy that timed out may still replace the target.
    guard lateCopy.withLock({ $0?.hasEnded ?? true }) else { throw error }
    // A call blocked in the kernel cannot be cancelled, only abandoned.
    let call = LeftCall()
    Thread.detachNewThread { [self] in
      call.end(Result { try makeCopy(at: target) })
    }
    guard let result = call.result(withinSeconds: seconds) else {
      lateCopy.withLock { $0 = call }
      throw error
    }
    try result.get()
  }

  private func makeCopy(at target: URL) throws {
    if FileManager.default.fileExists(atPath: target.path) {
      let theirs = try Ledger(reading: target.path)
      defer { try? theirs.close() }
      guard try continues(theirs) else {
        throw LedgerError.superseded(
          path: target.path, ownEpoch: try start()?.epoch ?? 0, epoch: try theirs.start()?.epoch ?? 0)
      }
    }
    try refuseIfDisplaced()
    // File name used by version 1.
    unlink(path + ".copy")
    let url = URL(fileURLWithPath: path)
    TemporaryFiles.removeStale(
      in: url.deletingLastPathComponent().path, of: url.lastPathComponent, isLocked: false)
    let snapshot = AtomicFile.temporaryPath(for: path)
    defer { unlink(snapshot) }
    do {
      // A separate connection reads the committed state without blocking others.
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      try DatabaseQueue(path: path, configuration: configuration).writeWithoutTransaction {
        try $0.execute(sql: "VACUUM INTO ?", arguments: [snapshot])
      }
    } catch let error as DatabaseError {
      throw LedgerError(error, path: path)
    }
    // A leftover WAL belongs to the old file. SQLite would apply it to the new one.
    try Self.emptyLog(of: target)
    try Self.copyFile(URL(fileURLWithPath: snapshot), to: target)
  }

  /// Checkpoints the WAL that a killed coordinator left, and removes it.
  ///
  /// - Throws: ``LedgerError``, also if another process has the ledger open and the WAL stays.
  static func emptyLog(of file: URL) throws {
    let log = file.path + "-wal"
    var status = stat()
    if lstat(log, &status) == 0, status.st_size > 0 {
      try Ledger(path: file.path).close()
      guard lstat(log, &status) != 0 || status.st_size == 0 else { throw LedgerError.locked(path: file.path) }
    }
    for suffix in ["-wal", "-shm"] { unlink(file.path + suffix) }
  }

  /// Copies a file atomically: the target is either the old or the complete new file. Durable on return.
  static func copyFile(_ source: URL, to target: URL) throws {
    do {
      let temporary = AtomicFile.temporaryPath(for: target.path)
      defer { unlink(temporary) }
      try AtomicFile.copy(source.path, to: temporary, permissions: 0o600)
      try AtomicFile.publish(temporary, as: target.path)
    } catch let error as FileError {
      if [ENOSPC, EDQUOT].contains(error.code) { throw LedgerError.diskFull(path: target.path) }
      throw LedgerError.notDurable(path: target.path, detail: "\(error)")
    }
  }
}
