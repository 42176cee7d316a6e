import Coordination
import Files
import Foundation
import Logging
import NeuralNetwork
import ProcessResources
import SweepHost
import Transport
import Work

extension WorkerCommand {
  /// Supervises several workers, each started by this command without `--processes`.
  struct Keeping {
    let keeper: WorkerKeeper

    /// - Throws: `Worker.Lost` if there is no coordinator any more; if slots were given up, `ResourceShortage`
    ///   if the system lacks resources, else ``Installation/MissingResource``.
    func run(signals: SignalSource) throws {
      switch try keeper.run(signals: signals) {
      case .completed: return
      case .lost(let reason): throw Worker.Lost(description: reason)
      case .gaveUp(let slots, let reason):
        let said = "\(slots) worker slots were given up after repeated failures; the first: \(reason)"
        if Self.isShortage(reason) { throw ResourceShortage(said) }
        throw Installation.MissingResource(description: said)
      }
    }

    /// Whether a slot was given up for want of resources. The worker's own output follows the first semicolon.
    private static func isShortage(_ reason: String) -> Bool {
      let ending = ProcessEnd(exitStatus: ResourceShortage.exitStatus).description
      return reason.prefix { $0 != ";" }.contains(ending)
    }
  }

  func keep(_ processes: Int, _ log: Logger) throws -> Keeping {
    // Report unusable keys before any worker is started.
    _ = try security()
    if let address { _ = try Endpoint(address) }
    let command = self
    var arguments = ["worker"] + (address.map { [$0] } ?? [])
    arguments += runFolder.map { ["--run", $0] } ?? []
    arguments += keys.map { ["--keys", $0] } ?? []
    // With it, a worker that starts after the end of the sweep exits normally, and one that starts early waits.
    arguments += ["--timeout", String(timeout ?? WorkerLimits().timeoutSeconds)]
    arguments += logFormat == .json ? ["--log-format", "json"] : []
    arguments += logToRun ? ["--log-to-run"] : []
    arguments += verbose ? ["--verbose"] : []
    let folder = try keeperLogs()
    let keeper = try WorkerKeeper(
      executable: Installation.executable, arguments: arguments + ["--parent", String(getpid())],
      environment: BLASEnvironment.advice(),
      count: processes > 0 ? processes : ProcessInfo.processInfo.activeProcessorCount, logs: folder, log: log,
      lostStatus: ExitStatus.lost.rawValue,
      connection: { try command.connection(from: ProcessInfo.processInfo.hostName) })
    return Keeping(keeper: keeper)
  }

  private func keeperLogs() throws -> URL {
    let folder =
      logs.map { URL(fileURLWithPath: $0, isDirectory: true) }
      ?? URL(fileURLWithPath: runFolder ?? ".", isDirectory: true)
      .appending(path: "logs/\(ProcessInfo.processInfo.hostName)-\(getpid())")
    if logs == nil, let runFolder {
      let run = URL(fileURLWithPath: runFolder, isDirectory: true)
      try OwnFolder.make(run)
      try OwnFolder.make(run.appending(path: "logs"), isInside: true)
    }
    do {
      try OwnFolder.make(folder, isInside: logs == nil)
    } catch let error as FileError {
      throw Installation.MissingResource(description: "the log folder cannot be used: \(error)")
    }
    return folder
  }
}
