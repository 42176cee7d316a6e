import Coordination
import Foundation
import ProcessResources
import Synchronization

/// Writes the newest status on a thread of its own: a run folder's file system that hangs holds up no worker.
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
        // What is not written now is written a second later; the sweep does not depend on it.
        if let status { try? StatusFile.write(status, run: run) }
        if isFinishing && status == nil { break }
      }
      self.end.signal()
    }
  }

  /// Has it written; one that was not written yet is forgotten.
  func write(_ status: SweepStatus) {
    state.withLock { $0.newest = status }
    arrival.signal()
  }

  /// Waits until the last status is written, for five seconds at most.
  func finish() {
    state.withLock { $0.isFinishing = true }
    arrival.signal()
    arrival.signal()
    _ = end.wait(timeout: .now() + 5)
  }
}
