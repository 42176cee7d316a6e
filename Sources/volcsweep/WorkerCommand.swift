import ArgumentParser
import Coordination
import Foundation
import Logging
import Messaging
import NeuralNetwork
import Work

/// `volcsweep worker`: one process that computes units for a coordinator.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Computes work units for a coordinator; a sweep starts its local workers by itself.",
    discussion: """
      SIGTERM lets it finish the interferogram at hand, return the rest and leave. It keeps results until the \
      coordinator has them on disk, and reconnects when the coordinator was away.

      On another machine than its coordinator's it needs keys, from the folder that volcsweep keys made there. Where \
      it sees the sweep's run folder, --run tells it where the coordinator listens.

      It ends with status 0 when the sweep is complete or it was asked to leave, 1 when it cannot work or has lost its \
      coordinator, and 4 when its computation makes no progress for longer than the sweep's stall-seconds: start it \
      again.
      """)

  @Argument(help: ArgumentHelp("Where the coordinator listens.", valueName: "tcp://host:port"))
  var address: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The sweep's run folder, instead of its address.", valueName: "folder"))
  var runFolder: String?

  @Option(help: ArgumentHelp("This worker's keys: worker.secret and server.public.", valueName: "folder"))
  var keys: String?

  @Option(help: "End when this process is no longer the parent.")
  var parent: Int32?

  @Option(help: "The place of this run that it fills; for workers that a sweep starts.")
  var place: Int?

  @Option(help: "The run's folder for logs; goes with --place.")
  var logs: String?

  @Flag(help: "Log more to standard error.")
  var verbose = false

  func validate() throws {
    guard (place == nil) == (logs == nil), place == nil || parent != nil else {
      throw ValidationError("--place goes with --parent and --logs")
    }
    if let place, !(1...WorkerPlaces.limit).contains(place) {
      throw ValidationError("the place is \(place), but must be from 1 to \(WorkerPlaces.limit)")
    }
    guard (address == nil) != (runFolder == nil) else {
      throw ValidationError("name either the coordinator's address or the sweep's run folder")
    }
  }

  func run() async throws {
    let command = self
    do {
      // Those that a sweep starts have it from there.
      if parent == nil { BLASAdvice.take(command: "worker") }
      let signals = try SignalSource([SIGINT, SIGTERM])
      try await onOwnThread("network") {
        var log = Logger(label: "worker", factory: { StreamLogHandler.standardError(label: $0) })
        log.logLevel = command.verbose ? .debug : .notice
        try command.worker(log).run(signals: signals)
      }
    } catch let error as Worker.Hang {
      Self.end(error, ExitStatus.hung)
    } catch {
      Self.end(error, ExitStatus.failed)
    }
    Self.end(nil, .success)
  }

  /// Ends the process without what exit() would do first: libhdf5 would wait for its lock, which a thread that hangs
  /// over a file may hold for ever.
  private static func end(_ error: (any Error)?, _ status: ExitCode) -> Never {
    if let error { Terminal.say("volcsweep worker \(getpid()): \(error)") }
    _exit(status.rawValue)
  }

  private func process() throws -> WorkerProcess {
    guard let parent, let place, let logs else { return WorkerProcess(parent: parent) }
    return try WorkerProcess(parent: parent, place: place, logs: URL(fileURLWithPath: logs))
  }

  private func worker(_ log: Logger) throws -> Worker {
    let process = try process()
    let security = try keys.map { try WorkerKeys(folder: URL(fileURLWithPath: $0)).security }
    let place =
      try runFolder.map {
        try AddressFile(run: URL(fileURLWithPath: $0)).address(from: process.host, hasKeys: security != nil)
      } ?? address ?? ""
    return try Worker(address: place, process: process, security: security ?? .filePermissions, log: log)
  }
}
