import ArgumentParser
import Foundation
import Logging
import NeuralNetwork
import ProcessResources
import StandardStreams
import SweepHost
import Transport
import Work
import WorkerTraces

/// `volcsweep worker`: a process that computes units for a coordinator.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Computes work units for a coordinator; a sweep starts its local workers by itself.",
    discussion: """
      SIGTERM lets it finish the interferogram at hand, return the rest and leave. It keeps results until the \
      coordinator has them on disk, and reconnects when the coordinator was away.

      On another machine than its coordinator's it needs keys, from the folder that volcsweep keys made there. Where \
      it sees the sweep's run folder, --run tells it where the coordinator listens, now and whenever it has lost it: \
      coordinators may move.

      With --processes it computes nothing itself but starts so many workers and looks after them: one that crashes \
      is reported to the coordinator with its reason, and started again. Their logs are in logs/HOST-PID of the run \
      folder that --run names, or in the folder of --logs.

      It ends with status 0 when the sweep is complete or it was asked to leave, 1 when it cannot work, 4 when its \
      computation makes no progress for longer than the sweep's stall-seconds (start it again), 5 when there is no \
      coordinator any more, 71 when the system gives it too little memory, too few threads or descriptors, and 78 when \
      its address or keys cannot be used.
      """)

  @Argument(help: ArgumentHelp("Where the coordinator listens.", valueName: "tcp://host:port"))
  var address: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The sweep's run folder, instead of its address.", valueName: "folder"))
  var runFolder: String?

  @Option(help: ArgumentHelp("This worker's keys: worker.secret and server.public.", valueName: "folder"))
  var keys: String?

  @Option(help: "Start so many worker processes here and look after them; 0 for one a core.")
  var processes: Int?

  @Option(help: "End when this process is no longer the parent.")
  var parent: Int32?

  @Option(help: "The place of this run that it fills; for workers that a sweep starts.")
  var place: Int?

  @Option(
    help: ArgumentHelp("The workers' folder for logs; goes with --processes or --place.", valueName: "folder"))
  var logs: String?

  @Option(
    help: ArgumentHelp(
      "End after so many seconds without a coordinator, 300 by itself. Given with --run, it also waits so long for the "
        + "first one.", valueName: "seconds"))
  var patience: Double?

  @Flag(help: "Write standard error to the run folder's logs/HOST-PID.log; goes with --run.")
  var logToRun = false

  @Option(help: "How to log: text for people, or json, an object a line.")
  var logFormat = LogFormat.text

  @Flag(help: "Log more to standard error.")
  var verbose = false

  func validate() throws {
    guard processes != nil || (place == nil) == (logs == nil), place == nil || parent != nil else {
      throw ValidationError("--place goes with --parent and --logs")
    }
    if let processes {
      guard (0...WorkerPlaces.limit).contains(processes) else {
        throw ValidationError(
          "the number of processes is \(processes), but must be from 0 to \(WorkerPlaces.limit)")
      }
      guard place == nil && parent == nil else { throw ValidationError("--processes goes without --place") }
      guard runFolder != nil || logs != nil else {
        throw ValidationError("--processes needs a folder for the workers' logs: name --logs, or the run by --run")
      }
    }
    if let place, !(1...WorkerPlaces.limit).contains(place) {
      throw ValidationError("the place is \(place), but must be from 1 to \(WorkerPlaces.limit)")
    }
    guard (address == nil) != (runFolder == nil) else {
      throw ValidationError("name either the coordinator's address or the sweep's run folder")
    }
    guard !logToRun || runFolder != nil else { throw ValidationError("--log-to-run goes with --run") }
    if let patience, !(1...604_800).contains(patience) {
      throw ValidationError("the patience is \(patience), but must be from 1 to 604800 seconds")
    }
  }

  func run() async throws {
    let command = self
    do {
      // Workers started by a sweep inherit the environment from there.
      if parent == nil && processes == nil { BLASAdvice.take(command: "worker") }
      StandardError.dropRatherThanWait()
      try ResourceProbe.ofWorker(isKeeper: processes != nil).run()
      let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP])
      try await onOwnThread("network") {
        var log = command.logFormat.logger(command: "worker", isTimed: true)
        log.logLevel = command.verbose ? .debug : .notice
        if let processes = command.processes {
          try command.keep(processes, log).run(signals: signals)
        } else {
          try command.worker(log, signals)?.run(signals: signals)
        }
      }
      RunLog.leave()
    } catch let error as Worker.Hang {
      Self.end(error, ExitStatus.hung)
    } catch let error as Worker.Lost {
      Self.end(error, ExitStatus.lost)
    } catch {
      Self.end(error, ExitStatus.of(error))
    }
    Self.end(nil, .success)
  }

  /// Ends the process without the handlers of exit(): libhdf5's would wait for its lock, which a hanging thread
  /// may hold for ever.
  private static func end(_ error: (any Error)?, _ status: ExitCode) -> Never {
    if let error { Terminal.say("volcsweep worker \(getpid()): \(error)", .error) }
    StandardError.finish()
    _exit(status.rawValue)
  }

  private func process() throws -> WorkerProcess {
    guard let parent, let place, let logs else { return WorkerProcess(parent: parent) }
    return try WorkerProcess(parent: parent, place: place, logs: URL(fileURLWithPath: logs))
  }

  private var limits: WorkerLimits {
    var limits = WorkerLimits()
    if let patience { limits.patienceSeconds = patience }
    return limits
  }

  /// - Returns: `nil` if it was asked to leave before a coordinator was available.
  private func worker(_ log: Logger, _ signals: SignalSource) throws -> Worker? {
    let process = try process()
    let run = runFolder.map { URL(fileURLWithPath: $0) }
    if logToRun, let run { RunLog.take(run: run, process: process) }
    guard let run else {
      let (address, security) = try connection(from: process.host)
      return try Worker(address: address, process: process, limits: limits, security: security, log: log)
    }
    let find = { try connection(from: process.host).address }
    guard let first = try patience.map({ try Self.wait($0, signals, in: run, for: find) }) ?? find() else {
      return nil
    }
    return try Worker(
      address: first, process: process, limits: limits, security: try security(), log: log
    ) {
      if let place = try? find() { return .at(place) }
      return Self.isComplete(run) ? .over : .unknown
    }
  }

  /// Current endpoint of the coordinator for a worker on a host, and the security settings to connect.
  func connection(from host: String) throws -> (address: String, security: SocketSecurity) {
    let place =
      try runFolder.map {
        try AddressFile(run: URL(fileURLWithPath: $0)).address(from: host, hasKeys: keys != nil)
      } ?? address ?? ""
    return (place, try security())
  }

  func security() throws -> SocketSecurity {
    try keys.map { try WorkerKeys(folder: URL(fileURLWithPath: $0)).security } ?? .filePermissions
  }

  /// Looks for a coordinator once a second.
  ///
  /// - Returns: its endpoint; `nil` if it is not needed any more.
  private static func wait(_ seconds: Double, _ signals: SignalSource, in run: URL, for find: () throws -> String)
    throws -> String?
  {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      do {
        return try find()
      } catch {
        if isComplete(run) { return nil }
        guard ContinuousClock.now < deadline else { throw Worker.Lost(description: "\(error)") }
      }
      var signal = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&signal, 1, 1000) > 0, !signals.takeAll().isEmpty { return nil }
    }
  }

  private static func isComplete(_ run: URL) -> Bool { (try? StatusFile.read(run: run))?.state == .completed }
}
