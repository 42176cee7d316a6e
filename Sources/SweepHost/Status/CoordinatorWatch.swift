import Coordination
import Foundation
import Ledger

/// Finds out whether the coordinator that wrote a status still runs. Clocks decide only where nothing else does: they are
/// set, and those of two machines differ.
public struct CoordinatorWatch: Sendable {
  /// How often the coordinator writes is twice as often as this.
  private static let lookSeconds = 2.5

  private let run: URL
  private let host: String

  /// - Parameters:
  ///   - run: the run folder.
  ///   - host: this machine's name.
  public init(run: URL, host: String = ProcessInfo.processInfo.hostName) {
    self.run = run
    self.host = host
  }

  /// Looks at the run's lock, then at the time, and then for some seconds at whether the status changes. Blocks.
  ///
  /// - Parameters:
  ///   - status: what the coordinator wrote last.
  ///   - now: milliseconds since 1970.
  /// - Returns: whether it runs, as far as can be seen from here.
  public func isRunning(_ status: SweepStatus, at now: Int64) -> Bool {
    guard !status.isLast else { return false }
    switch RunLock.look(at: run.appending(path: "coordinator.lock").path) {
    // Another one may hold it that has not written yet.
    case .held(let holder): return holder.isEmpty || holder == RunLock.holder(host: status.host, pid: status.pid)
    case .free where status.host == host: return false
    // Not every network file system shows one machine's locks to another.
    case .free, .unknown: return status.isFresh(at: now) || changes(status)
    }
  }

  private func changes(_ status: SweepStatus) -> Bool {
    let deadline = ContinuousClock.now + .seconds(Self.lookSeconds)
    while ContinuousClock.now < deadline {
      usleep(100_000)
      if let later = try? StatusFile.read(run: run), later != status { return !later.isLast }
    }
    return false
  }
}
