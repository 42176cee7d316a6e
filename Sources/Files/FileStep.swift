import Foundation
import Synchronization

/// Points between two steps of work on several files. For tests, a process of a debug build can be killed at
/// one of them with `VOLCSWEEP_FILE_STEP=<name>`, or `<name>@<n>` for the n-th time; release builds ignore
/// the variable.
public enum FileStep: String, CaseIterable, Sendable {
  /// ``AtomicFile``: before the rename.
  case renameBefore = "rename.before"
  /// ``AtomicFile``: after the rename.
  case renameAfter = "rename.after"
  case serverKeyHalf = "keys.serverHalf"
  case workerKeyHalf = "keys.workerHalf"
  case workerKeyAside = "keys.workerAside"
  case workerKeyNotAllowed = "keys.workerNotAllowed"
  case keyLinked = "keys.linked"
  case keyRevoked = "keys.revoked"

  /// Kills the process if this step was selected.
  @inline(__always)
  public static func reach(_ step: @autoclosure () -> FileStep) {
    #if DEBUG
      guard let meant else { return }
      meant.pass(step())
    #endif
  }

  #if DEBUG
    private static let meant = ProcessInfo.processInfo.environment["VOLCSWEEP_FILE_STEP"].map { Death(at: $0) }

    private final class Death: Sendable {
      private let step: FileStep
      private let remaining: Mutex<Int>

      /// An unknown name ends the process, because a test that names no step would prove nothing.
      init(at text: String) {
        let parts = text.split(separator: "@", maxSplits: 1)
        guard let name = parts.first, let step = FileStep(rawValue: String(name)),
          let times = parts.count == 1 ? 1 : Int(parts[1]), times > 0
        else {
          let words = Array("VOLCSWEEP_FILE_STEP is \(text), which names no step\n".utf8)
          _ = words.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
          exit(70)
        }
        self.step = step
        remaining = Mutex(times)
      }

      func pass(_ reached: FileStep) {
        guard reached == step else { return }
        let isDue = remaining.withLock { remaining in
          remaining -= 1
          return remaining == 0
        }
        if isDue { kill(getpid(), SIGKILL) }
      }
    }
  #endif
}
