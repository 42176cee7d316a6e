import Foundation
import SweepRecords

/// A stack of the archive that can be read and that the job asks for.
struct FoundStack {
  /// Its file's name in the archive.
  let file: String
  let path: String
  let summary: StackSummary
  let planned: PlannedStack
  /// Of the file before it was read; `nil` where size and times cannot prove that it stays what it was.
  let stamp: String?
}

/// What tells cheaply that a file is what it was: its size, the times of its last changes, and its inode.
enum FileStamp {
  /// A file that changed so short a time ago may change again without its times showing it, seconds.
  private static let youngest = 2

  /// - Parameter path: of a file.
  /// - Returns: `nil` where there is no file, or it changed too recently to tell.
  static func of(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, time(nil) - status.st_ctim.tv_sec >= youngest else { return nil }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) "
      + "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec) \(status.st_ino)"
  }
}
