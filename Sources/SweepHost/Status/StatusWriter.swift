import Coordination
import Foundation
import ProcessResources
import Synchronization

/// Writes the latest status on its own thread, so that a hanging file system of the run folder does not delay
/// workers.
final class StatusWriter: Sendable {
  private struct State {
    var newest: SweepStatus?
    var isFinishing = false
  }

  private let state = Mutex(State())
  private let arrival = DispatchSemaphore(value: 0)
  private let end = DispatchSemaphore(value: 0)

  /// - Parameter run: the run folder.
  /// - Throws: `ResourceShortage`.
  init(run: URL) throws {
    try OwnThread.start("status") {
      while true {
        self.arrival.wait()
        let (status, isFinishing) = self.state.withLock { state in
          defer { state.newest = nil }
          return (state.newest, state.isFinishing)
        }
        // A failed write is repeated a second later; the sweep does not depend on it.
        if let status { try? StatusFile.write(status, run: run) }
        if isFinishing && status == nil { break }
      }
      self.end.signal()
    }
  }

  /// Queues a status; one that was not written yet is dropped.
  func write(_ status: SweepStatus) {
    state.withLock { $0.newest = status }
    arrival.signal()
  }

  /// Waits until the last status is written, at most five seconds.
  func finish() {
    state.withLock { $0.isFinishing = true }
    arrival.signal()
    arrival.signal()
    _ = end.wait(timeout: .now() + 5)
  }
}
