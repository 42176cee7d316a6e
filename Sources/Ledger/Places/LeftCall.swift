import Foundation
import Synchronization

/// Work on another thread, with a limit on how long it is waited for.
final class LeftCall: Sendable {
  private let outcome = Mutex<Result<Void, any Error>?>(nil)
  private let ending = DispatchSemaphore(value: 0)

  /// Whether the work has ended, in time or later.
  var hasEnded: Bool { outcome.withLock { $0 != nil } }

  /// Called once by the working thread.
  func end(_ result: Result<Void, any Error>) {
    outcome.withLock { $0 = result }
    ending.signal()
  }

  /// The result; `nil` on timeout.
  func result(withinSeconds seconds: Double) -> Result<Void, any Error>? {
    _ = ending.wait(timeout: .now() + seconds)
    return outcome.withLock { $0 }
  }
}
