import Foundation

/// Limits the size of the file behind standard error, whoever writes to it: this program, a library, or the
/// Swift runtime. A thread checks the file's length several times a second, and truncates it to its last part.
///
/// The system's limit on file sizes (`RLIMIT_FSIZE`) would apply to all files of the process.
enum LogBound {
  /// Seconds between two checks.
  private static let seconds = 0.2
  /// The limit divided by this is kept when a log is truncated.
  private static let keptParts = 8

  /// Starts the thread. It does nothing if the descriptor is not a regular file.
  ///
  /// - Parameters:
  ///   - descriptor: opened for appending.
  ///   - limitBytes: the most that the file may hold for longer than a moment.
  static func start(_ descriptor: Int32, limitBytes: Int) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    let thread = Thread {
      while true {
        Thread.sleep(forTimeInterval: seconds)
        cut(descriptor, limitBytes: limitBytes)
      }
    }
    thread.name = "log bound"
    thread.stackSize = 256 << 10
    thread.start()
  }

  /// Truncates the file to its last part if it is longer than the limit. Concurrent writes may be lost.
  static func cut(_ descriptor: Int32, limitBytes: Int) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > limitBytes else {
      return
    }
    // The descriptor may be write-only.
    let reader = open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
    var kept = [UInt8](repeating: 0, count: max(1, limitBytes / keptParts))
    let length = Int(status.st_size)
    let count = reader < 0 ? 0 : max(0, pread(reader, &kept, kept.count, off_t(length - kept.count)))
    if reader >= 0 { close(reader) }
    guard ftruncate(descriptor, 0) == 0 else { return }
    let first = kept[..<count].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let word = "[\(length - (count - first)) bytes of this log were removed: it had reached \(limitBytes) bytes]\n"
    let text = Array(word.utf8) + kept[first..<count]
    _ = write(descriptor, text, text.count)
  }
}
