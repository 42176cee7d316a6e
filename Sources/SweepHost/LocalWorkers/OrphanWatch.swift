import ChildProcesses
import Coordination
import Foundation
import WorkerTraces

/// Waits for workers that an earlier coordinator of the run left behind when it was killed.
struct OrphanWatch {
  let logs: URL
  let limits: SupervisionLimits

  /// Waits until a place is free, and with it those that the earlier coordinator had beyond `count`: of these each
  /// place has every `count`-th to wait for. An orphan hands its results to this coordinator meanwhile. One that
  /// takes too long is killed: what it has not handed over was never acknowledged.
  func waitUntilFree(place: Int, of count: Int, isStopping: () -> Bool) async {
    guard let places = try? WorkerPlaces(path: logs.appending(path: WorkerFiles.places).path) else { return }
    for each in stride(from: place, through: WorkerPlaces.limit, by: count) {
      let killTime = ContinuousClock.now + .seconds(limits.orphanPatienceSeconds)
      let lastTime = killTime + .seconds(limits.orphanPatienceSeconds)
      while !isStopping(), ContinuousClock.now < lastTime {
        let holder = places.holder(of: each)
        // One that has only just been started has no place yet, but the log that it was started with.
        guard holder != nil || WorkerLog.isHeld(logs, place: each) else { break }
        if let holder, ContinuousClock.now > killTime, let process = ProcessHandle(pid: holder), isWorker(holder),
          places.holder(of: each) == holder
        {
          // It had the place after it was taken hold of, so the number was its own then.
          process.send(SIGKILL)
        }
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
  }

  /// Whether the process is a worker of this run on this machine: on a network file system a lock's holder may be
  /// another machine's process.
  private func isWorker(_ pid: Int32) -> Bool {
    let commandLine = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
    return commandLine.split(separator: 0).contains { $0.elementsEqual(logs.path.utf8) }
  }
}
