import Foundation
import GRDB

extension Ledger {
  /// One start of a coordinator.
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

  /// Whether this is another ledger taken further: it has that one's last coordinator among its own.
  func continues(_ other: Ledger) throws -> Bool {
    guard try noted("sweep_id") == other.noted("sweep_id") else { return false }
    guard let theirs = try other.start() else { return true }
    return try start(theirs.epoch) == theirs
  }

  private func noted(_ key: String) throws -> String? {
    try reading { try String.fetchOne($0, sql: "SELECT value FROM note WHERE key = ?", arguments: [key]) }
  }

  /// Puts a copy of the ledger as it is now somewhere else, whole or not at all, while others read and write it. Takes
  /// as much room again beside the ledger for a while.
  ///
  /// - Parameter target: the copy's file; one that is there is replaced.
  /// - Throws: ``LedgerError/superseded(path:ownEpoch:epoch:)`` where another coordinator has taken the sweep further
  ///   there, or what the disks say.
  public func copyOut(to target: URL) throws {
    if FileManager.default.fileExists(atPath: target.path) {
      let theirs = try Ledger(reading: target.path)
      defer { try? theirs.close() }
      guard try continues(theirs) else {
        throw LedgerError.superseded(
          path: target.path, ownEpoch: try start()?.epoch ?? 0, epoch: try theirs.start()?.epoch ?? 0)
      }
    }
    let snapshot = path + ".copy"
    unlink(snapshot)
    defer { unlink(snapshot) }
    do {
      // A connection of its own reads what is committed now; nobody waits for it.
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      try DatabaseQueue(path: path, configuration: configuration).writeWithoutTransaction {
        try $0.execute(sql: "VACUUM INTO ?", arguments: [snapshot])
      }
    } catch let error as DatabaseError {
      throw LedgerError(error, path: path)
    }
    try Self.copyFile(URL(fileURLWithPath: snapshot), to: target)
    // Of a replaced file that was not such a copy: what is read now is none of its log.
    for suffix in ["-wal", "-shm"] { unlink(target.path + suffix) }
  }

  /// Copies a file so that the target is the old one or all of the new one, and durable.
  static func copyFile(_ source: URL, to target: URL) throws {
    let partial = target.deletingLastPathComponent().appending(path: ".\(target.lastPathComponent)-\(getpid())")
    unlink(partial.path)
    defer { unlink(partial.path) }
    try FileManager.default.copyItem(at: source, to: partial)
    let descriptor = Foundation.open(partial.path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(target) }
    defer { Foundation.close(descriptor) }
    guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0, rename(partial.path, target.path) == 0 else {
      throw failure(target)
    }
    try FolderEntry.makeDurable(target.path)
  }

  private static func failure(_ file: URL) -> LedgerError {
    if errno == ENOSPC || errno == EDQUOT { return .diskFull(path: file.path) }
    return .notDurable(path: file.path, detail: "it cannot be written: \(String(cString: strerror(errno)))")
  }
}
