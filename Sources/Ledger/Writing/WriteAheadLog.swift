import Foundation
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// How long the write-ahead log of the connection that writes is, and when it is due to go into the file. SQLite's own
/// automatic checkpoint would hold up the transaction that happens to reach the limit.
final class WriteAheadLog: Sendable {
  /// Frames above which it is written into the file, of 4 KiB each.
  static var usualLimit: Int32 {
    #if DEBUG
      // For tests that want a checkpoint in a short sweep.
      if let frames = ProcessInfo.processInfo.environment["VOLCSWEEP_LOG_FRAMES"].flatMap(Int32.init) {
        return frames
      }
    #endif
    return 4000
  }

  private let limit: Int32
  private let frames = Mutex<(now: Int32, checkpointed: Int32)>((0, 0))

  init(limit: Int32) {
    self.limit = limit
  }

  /// Has SQLite tell the length after each commit. The connection must not outlive this object's owner.
  func watch(_ database: Database) {
    sqlite3_wal_hook(
      database.sqliteConnection,
      { context, _, _, frames in
        guard let context else { return SQLITE_OK }
        Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue().frames.withLock { $0.now = frames }
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Whether enough came since the last checkpoint. One that readers kept from finishing counts.
  var isDue: Bool {
    frames.withLock { frames in
      if frames.now < frames.checkpointed { frames.checkpointed = 0 }
      return frames.now - frames.checkpointed >= limit
    }
  }

  /// Writes it into the file as far as readers let it. What did not get there the log keeps.
  func checkpoint(_ database: Database) {
    FailPoint.reach(.checkpointBefore)
    let status = sqlite3_wal_checkpoint_v2(
      database.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    // Where the file found no room the log must not take what room there will be.
    let after = status == SQLITE_FULL ? limit / 16 : limit
    frames.withLock { $0.checkpointed = $0.now - limit + after }
    FailPoint.reach(.checkpointAfter)
  }

  /// Writes all of it into the file and makes it a file of no length, as far as readers let it.
  func empty(_ database: Database) {
    sqlite3_wal_checkpoint_v2(database.sqliteConnection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
  }
}
