import ChildProcesses
import Coordination
import Foundation
import WorkerTraces

/// Waits for workers left behind by an earlier coordinator that was killed.
struct OrphanWatch {
  let logs: URL
  let limits: SupervisionLimits

  /// Waits until a slot is free, and also the earlier coordinator's slots beyond `count`, every `count`-th of
  /// which is assigned to each slot. An orphan delivers its results to this coordinator meanwhile. One that
  /// takes too long is killed: what it has not delivered was never acknowledged.
  func waitUntilFree(slot: Int, of count: Int, isStopping: () -> Bool) async {
    guard let slots = try? WorkerSlots(path: logs.appending(path: WorkerFiles.slots).path) else { return }
    for each in stride(from: slot, through: WorkerSlots.limit, by: count) {
      let killTime = ContinuousClock.now + .seconds(limits.orphanTimeoutSeconds)
      let lastTime = killTime + .seconds(limits.orphanTimeoutSeconds)
      while !isStopping(), ContinuousClock.now < lastTime {
        let holder = slots.holder(of: each)
        // A process that has just started has not locked its slot yet, but its log is locked.
        guard holder != nil || WorkerLog.isHeld(logs, slot: each) else { break }
        if let holder, ContinuousClock.now > killTime, let process = ProcessHandle(pid: holder), isWorker(holder),
          slots.holder(of: each) == holder
        {
          // It held the slot after its handle was opened, so the handle is of the right process.
          process.send(SIGKILL)
        }
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  /// Whether the process is a worker of this run on this machine: on a network file system a lock may be held
  /// by a process of another machine.
  private func isWorker(_ pid: Int32) -> Bool {
    let commandLine = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    return commandLine.split(separator: 0).contains { $0.elementsEqual(logs.path.utf8) }
  }
}
