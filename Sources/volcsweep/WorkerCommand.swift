import ArgumentParser
import Foundation
import Logging
import Messaging
import Work

/// `volcsweep worker`: one process that computes units for a coordinator.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Computes work units for a coordinator; a sweep starts its local workers by itself.",
    discussion: """
      SIGTERM lets it finish the interferogram at hand, return the rest and leave. It keeps results until the \
      coordinator has them on disk, and reconnects when the coordinator was away.
      """)

  @Argument(help: ArgumentHelp("Where the coordinator listens.", valueName: "ipc://…"))
  var address: String

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
  }

  func run() async throws {
    let command = self
    do {
      let signals = try SignalSource([SIGINT, SIGTERM])
      try await onOwnThread("network") {
        var log = Logger(label: "worker", factory: { StreamLogHandler.standardError(label: $0) })
        log.logLevel = command.verbose ? .debug : .notice
        try Worker(address: command.address, process: command.process(), log: log).run(signals: signals)
      }
    } catch {
      Terminal.say("volcsweep worker \(getpid()): \(error)")
      throw ExitStatus.failed
    }
  }

  private func process() throws -> WorkerProcess {
    guard let parent, let place, let logs else { return WorkerProcess(parent: parent) }
    return try WorkerProcess(parent: parent, place: place, logs: URL(fileURLWithPath: logs))
  }
}
