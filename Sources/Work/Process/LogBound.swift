import Foundation

/// Keeps the file that a process's standard error goes to below a size, whoever writes to it: this program, a library, or
/// the Swift runtime. A thread looks at the file's length several times a second, and cuts it to its last part.
///
/// A limit of the operating system on file sizes (`RLIMIT_FSIZE`) would bound every file of the process.
enum LogBound {
  /// Seconds between two looks.
  private static let seconds = 0.2
  /// What stays of a log that is cut: this fraction of the limit.
  private static let keptParts = 8

  /// Starts the thread. Without a regular file behind the descriptor it has nothing to do.
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

  /// Cuts the file if it is longer than the limit. What others append meanwhile may be lost.
  static func cut(_ descriptor: Int32, limitBytes: Int) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > limitBytes else {
      return
    }
    // The descriptor may be open for writing alone.
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
