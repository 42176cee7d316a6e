import Foundation
import SweepRecords

/// A readable stack of the archive that the job asks for.
struct FoundStack {
  /// Its file name in the archive.
  let file: String
  let path: String
  let summary: StackSummary
  let planned: PlannedStack
  /// Of the file before it was read; `nil` if size and times cannot prove that it stays unchanged.
  let stamp: String?
}

/// A cheap check whether a file is unchanged: size, modification and change times, inode.
enum FileStamp {
  /// A file that changed this recently may change again with the same times, seconds.
  private static let youngest = 2

  /// - Parameter path: path of a file.
  /// - Returns: `nil` if there is no file, or it changed too recently.
  static func of(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, time(nil) - status.st_ctim.tv_sec >= youngest else { return nil }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) "
      + "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec) \(status.st_ino)"
  }
}
