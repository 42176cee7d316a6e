import Foundation
import Synchronization

/// Results on standard output. The first failure is kept, and later output is dropped.
public enum StandardOutput {
  private static let failure = Mutex<Int32?>(nil)

  /// Writes a text unchanged. Blocks.
  public static func write(_ text: String) {
    failure.withLock { failure in
      guard failure == nil else { return }
      failure = DescriptorWriting.write(Array(text.utf8), to: STDOUT_FILENO, waitingMilliseconds: nil)?.code
    }
  }

  /// Why output is incomplete, as the system's text; `nil` if no failure is known.
  public static var problem: String? { failure.withLock { $0 }.map { String(cString: strerror($0)) } }

  /// Makes the file system accept what was written: some report a full disk or quota only now.
  ///
  /// - Returns: ``problem``.
  public static func finish() -> String? {
    failure.withLock { failure in
      guard failure == nil else { return }
      // Closing any descriptor of a file makes a network file system send buffered data.
      let copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { return }
      if close(copy) != 0, errno != EINTR { failure = errno }
    }
    return problem
  }
}
