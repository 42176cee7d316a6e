import Foundation
import Synchronization

/// The files that an open ledger is written to, and whether its path still names them. SQLite goes on writing to a file that
/// was deleted or replaced, and reports no error: what it writes is gone when the process ends.
final class LedgerFiles: Sendable {
  /// `O_PATH`, which the C library declares for GNU sources only.
  private static let pathOnly: Int32 = 0o10_000_000

  private let path: String
  /// Descriptors by the end of the file's name, opened with `O_PATH`: closing one, other than an ordinary one, leaves
  /// SQLite's locks on the file alone.
  private let files = Mutex<[String: Int32]>([:])

  init(_ path: String) {
    self.path = path
    _ = trouble()
  }

  deinit {
    files.withLock { files in
      for descriptor in files.values { close(descriptor) }
    }
  }

  /// What happened to the files; `nil` while they are where they were. A log is known from the first call on that finds one.
  func trouble() -> String? {
    files.withLock { files in
      for suffix in ["", "-wal"] {
        if let reason = Self.trouble(path + suffix, &files[suffix]) { return reason }
      }
      return nil
    }
  }

  private static func trouble(_ path: String, _ known: inout Int32?) -> String? {
    var status = stat()
    let isThere = stat(path, &status) == 0
    // Nothing is known of a file system that does not answer just now.
    guard isThere || errno == ENOENT || errno == ENOTDIR else { return nil }
    guard let descriptor = known else {
      if isThere {
        let descriptor = open(path, pathOnly | O_CLOEXEC)
        if descriptor >= 0 { known = descriptor }
      }
      return nil
    }
    var own = stat()
    guard fstat(descriptor, &own) == 0 else { return nil }
    if isThere, status.st_dev == own.st_dev, status.st_ino == own.st_ino { return nil }
    return "\(path) was \(own.st_nlink == 0 ? "deleted" : "moved away")"
      + (isThere ? " and another file put in its place" : "")
  }
}
