import Foundation
import Synchronization

/// Counts a run's worker processes again and again while a case goes on.
final class WorkerCensus: Sendable {
  private struct State {
    var most = 0
    var isOver = false
  }

  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  /// Counts the workers of a folder, see ``ProcessEntry/workers(of:)``.
  init(of folder: URL) {
    Thread.detachNewThread { [self] in
      while !state.withLock({ $0.isOver }) {
        let seen = ProcessEntry.workers(of: folder)
        // Those that are still there after all were seen were there at one time.
        let together = seen.count(where: \.isAlive)
        state.withLock { $0.most = max($0.most, together) }
        usleep(30_000)
      }
      ended.signal()
    }
  }

  /// Stops counting.
  ///
  /// - Returns: the most workers that were alive at one time.
  func end() -> Int {
    state.withLock { $0.isOver = true }
    ended.wait()
    ended.signal()
    return state.withLock { $0.most }
  }
}
