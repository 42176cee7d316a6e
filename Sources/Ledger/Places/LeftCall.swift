import Foundation
import Synchronization

/// Work of another thread that is waited for only so long.
final class LeftCall: Sendable {
  private let outcome = Mutex<Result<Void, any Error>?>(nil)
  private let ending = DispatchSemaphore(value: 0)

  /// Whether the work has ended, in time or late.
  var hasEnded: Bool { outcome.withLock { $0 != nil } }

  /// To be called by the thread that did the work, once.
  func end(_ result: Result<Void, any Error>) {
    outcome.withLock { $0 = result }
    ending.signal()
  }

  /// How the work ended; `nil` where it has not ended in time.
  func result(withinSeconds seconds: Double) -> Result<Void, any Error>? {
    _ = ending.wait(timeout: .now() + seconds)
    return outcome.withLock { $0 }
  }
}
