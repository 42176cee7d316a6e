import Foundation
import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Tracks the length of the WAL of the writing connection and decides when to checkpoint. SQLite's automatic
/// checkpoint would delay the transaction that reaches the limit.
final class WriteAheadLog: Sendable {
  /// Number of 4 KiB frames above which a checkpoint is due.
  static var usualLimit: Int32 {
    #if DEBUG
      // For tests that need a checkpoint in a short sweep.
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

  /// Makes SQLite report the length after each commit. The connection must not outlive this object's owner.
  func watch(_ database: Database) {
    sqlite3_wal_hook(
      database.sqliteConnection,
      { context, _, _, frames in
        guard let context else { return SQLITE_OK }
        Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue().frames.withLock { $0.now = frames }
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Whether a checkpoint is due. One that readers kept from completing counts as done.
  var isDue: Bool {
    frames.withLock { frames in
      if frames.now < frames.checkpointed { frames.checkpointed = 0 }
      return frames.now - frames.checkpointed >= limit
    }
  }

  /// Checkpoints as far as readers allow; the rest stays in the WAL.
  func checkpoint(_ database: Database) {
    FailPoint.reach(.checkpointBefore)
    let status = sqlite3_wal_checkpoint_v2(
      database.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    // If the file had no room, the WAL must not use up the space that becomes free.
    let after = status == SQLITE_FULL ? limit / 16 : limit
    frames.withLock { $0.checkpointed = $0.now - limit + after }
    FailPoint.reach(.checkpointAfter)
  }

  /// Checkpoints everything and truncates the WAL, as far as readers allow.
  func empty(_ database: Database) {
    sqlite3_wal_checkpoint_v2(database.sqliteConnection, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
  }
}
