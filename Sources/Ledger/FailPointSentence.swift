#if DEBUG
  import Foundation
  import Synchronization

  extension FailPoint {
    /// The fail point of this process, and how often it is passed before the process dies.
    final class Sentence: Sendable {
      private let point: FailPoint
      private let remaining: Mutex<Int>

      /// Parses `<name>` or `<name>@<n>`. Anything else ends the process: a test with a misspelled fail point
      /// would pass without testing anything.
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
