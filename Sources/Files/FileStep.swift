import Foundation
import Synchronization

/// The places between two steps of work on several files. In debug builds a process can be made to die at one of them, by
/// `VOLCSWEEP_FILE_STEP=<name>`, or `<name>@<n>` for the n-th time it gets there; release builds have none of this.
public enum FileStep: String, CaseIterable, Sendable {
  case renameBefore = "rename.before"
  case renameAfter = "rename.after"
  case serverKeyHalf = "keys.serverHalf"
  case workerKeyHalf = "keys.workerHalf"
  case workerKeyAside = "keys.workerAside"
  case workerKeyNotAllowed = "keys.workerNotAllowed"
  case keyLinked = "keys.linked"
  case keyRevoked = "keys.revoked"

  /// Kills the process when it was made to die here.
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

      /// Anything but a known name ends the process: a test that names no step would prove nothing.
      init(at text: String) {
        let parts = text.split(separator: "@", maxSplits: 1)
        guard let name = parts.first, let step = FileStep(rawValue: String(name)),
          let times = parts.count == 1 ? 1 : Int(parts[1]), times > 0
        else {
          FileHandle.standardError.write(Data("VOLCSWEEP_FILE_STEP is \(text), which names no step\n".utf8))
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
