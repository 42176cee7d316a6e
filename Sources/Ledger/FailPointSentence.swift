#if DEBUG
  import Foundation
  import Synchronization

  extension FailPoint {
    /// Where this process is to die, and how many times it gets past there before.
    final class Sentence: Sendable {
      private let point: FailPoint
      private let remaining: Mutex<Int>

      /// Reads `<name>` or `<name>@<n>`. Anything else ends the process: a test that meant a point that does not exist
      /// would prove nothing.
      init(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1)
        guard let name = parts.first, let point = FailPoint(rawValue: String(name)),
          let times = parts.count == 1 ? 1 : Int(parts[1]), times > 0
        else {
          let words = "VOLCSWEEP_FAIL_POINT is \(text), which names no place where a ledger is written\n"
          _ = Array(words.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
          exit(70)
        }
        self.point = point
        remaining = Mutex(times)
      }

      func execute(at reached: FailPoint) {
        guard reached == point else { return }
        let isDue = remaining.withLock { remaining in
          remaining -= 1
          return remaining == 0
        }
        if isDue { kill(getpid(), SIGKILL) }
      }
    }
  }
#endif
