import Foundation
import Synchronization

/// The files of an open ledger, and whether its path still refers to them. SQLite keeps writing to a deleted or
/// replaced file without an error; everything written is lost when the process ends.
final class LedgerFiles: Sendable {
  /// `O_PATH`, which the C library only declares for GNU sources.
  private static let pathOnly: Int32 = 0o10_000_000

  private let path: String
  /// Descriptors by file name suffix, opened with `O_PATH`: closing these, unlike ordinary ones, does not
  /// release SQLite's locks on the file.
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

  /// What happened to the files; `nil` if nothing did. A WAL is tracked from the first call that finds one.
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
    // A file system that does not respond now proves nothing.
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
