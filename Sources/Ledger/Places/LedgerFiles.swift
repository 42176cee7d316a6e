import Foundation
import Synchronization

/// The files that an open ledger is written to, and whether its path still names them. SQLite goes on writing to a file that
/// was deleted or replaced, and reports no error: what it writes is gone when the process ends.
final class LedgerFiles: Sendable {
  private struct OpenFile {
    /// Opened with `O_PATH`: closing it, other than an ordinary descriptor, leaves SQLite's locks on the file alone.
    let descriptor: Int32
    let device: UInt64
    let inode: UInt64
  }

  /// `O_PATH`, which the C library declares for GNU sources only.
  private static let pathOnly: Int32 = 0o10_000_000

  private let path: String
  /// By the end of the name.
  private let files = Mutex<[String: OpenFile]>([:])

  init(_ path: String) {
    self.path = path
    _ = trouble()
  }

  deinit {
    files.withLock { files in
      for file in files.values { close(file.descriptor) }
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

  private static func trouble(_ path: String, _ known: inout OpenFile?) -> String? {
    var status = stat()
    let isThere = stat(path, &status) == 0
    // Nothing is known of a file system that does not answer just now.
    guard isThere || errno == ENOENT || errno == ENOTDIR else { return nil }
    guard let file = known else {
      if isThere { known = opened(path) }
      return nil
    }
    if isThere, UInt64(status.st_dev) == file.device, UInt64(status.st_ino) == file.inode { return nil }
    var own = stat()
    let isGone = fstat(file.descriptor, &own) == 0 && own.st_nlink == 0
    return "\(path) was \(isGone ? "deleted" : "moved away")\(isThere ? " and another file put in its place" : "")"
  }

  private static func opened(_ path: String) -> OpenFile? {
    let descriptor = open(path, pathOnly | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0 else { return nil }
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      return nil
    }
    return OpenFile(descriptor: descriptor, device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }
}
