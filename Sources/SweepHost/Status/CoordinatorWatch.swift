import Coordination
import Foundation
import Ledger

/// Determines whether the coordinator that wrote a status still runs. Clocks are the last resort: they may be
/// adjusted, and those of two machines differ.
public struct CoordinatorWatch: Sendable {
  /// More than twice the interval at which the coordinator writes.
  private static let lookSeconds = 2.5

  private let run: URL
  private let host: String

  /// - Parameters:
  ///   - run: the run folder.
  ///   - host: name of this machine.
  public init(run: URL, host: String = ProcessInfo.processInfo.hostName) {
    self.run = run
    self.host = host
  }

  /// Checks the run's lock, then the time, then for some seconds whether the status changes. Blocks.
  ///
  /// - Parameters:
  ///   - status: the last status of the coordinator.
  ///   - now: milliseconds since 1970.
  /// - Returns: whether it runs, as far as can be determined here.
  public func isRunning(_ status: SweepStatus, at now: Int64) -> Bool {
    guard !status.isLast else { return false }
    switch RunLock.look(at: run.appending(path: "coordinator.lock").path) {
    // The lock may be held by a new coordinator that has not written a status yet.
    case .held(let holder): return holder.isEmpty || holder == RunLock.holder(host: status.host, pid: status.pid)
    case .free where status.host == host: return false
    // Some network file systems do not show locks of other machines.
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
