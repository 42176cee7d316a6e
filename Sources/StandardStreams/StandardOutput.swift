import Foundation
import Synchronization

/// Results on standard output. The first failure is kept, and what comes after it is dropped.
public enum StandardOutput {
  private static let failure = Mutex<Int32?>(nil)

  /// Writes a text as it is. Blocks.
  public static func write(_ text: String) {
    failure.withLock { failure in
      guard failure == nil else { return }
      failure = DescriptorWriting.write(Array(text.utf8), to: STDOUT_FILENO, waitingMilliseconds: nil)?.code
    }
  }

  /// Why what was written is not all there, in the system's words; `nil` where it is, as far as is known.
  public static var problem: String? { failure.withLock { $0 }.map { String(cString: strerror($0)) } }

  /// Has the file system take what was written: some report a full disk or quota only now.
  ///
  /// - Returns: ``problem``.
  public static func finish() -> String? {
    failure.withLock { failure in
      guard failure == nil else { return }
      // Closing any descriptor of a file sends what a network file system has held back.
      let copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else { return }
      if close(copy) != 0, errno != EINTR { failure = errno }
    }
    return problem
  }
}
