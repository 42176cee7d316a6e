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
    abstract: "Runs a worker that scores interferograms for a coordinator.",
    discussion: """
      A sweep starts its local workers itself; use this command on other machines. There the worker needs a key from \
      the coordinator's machine: see volcsweep keys --help.

      Give the coordinator's address, or --run if this machine can see the run folder. With --run the worker reads the \
      address from the run folder again after each lost connection, so the coordinator may move to another machine.

      With --processes the command starts several workers, restarts those that crash, and reports each crash to the \
      coordinator. Their logs are in RUN/logs/HOST-PID, or in the folder given by --logs.

      On SIGTERM the worker finishes its current interferogram, returns the rest of its unit and exits. It keeps \
      results until the coordinator has written them to disk, and reconnects after the coordinator restarts.

      Exit status: 0 the sweep is complete, or the worker was stopped; 1 failure; 4 the computation made no progress \
      for longer than the sweep's stall-seconds (start the worker again); 5 no coordinator; 71 not enough memory, \
      threads or file descriptors; 78 the address or the keys cannot be used.
      """)

  @Argument(help: ArgumentHelp("Address of the coordinator.", valueName: "tcp://host:port"))
  var address: String?

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Run folder of the sweep; replaces the address.", valueName: "folder"))
  var runFolder: String?

  @Option(
    help: ArgumentHelp("Folder with this worker's keys (worker.secret and server.public).", valueName: "folder"))
  var keys: String?

  @Option(help: "Start this number of workers and restart those that crash; 0 means one per core.")
  var processes: Int?

  @Option(help: "Exit when this process is no longer the parent.")
  var parent: Int32?

  @Option(help: "Slot number; set by the sweep for its local workers.")
  var place: Int?

  @Option(
    help: ArgumentHelp("Folder for the workers' logs; requires --processes or --place.", valueName: "folder"))
  var logs: String?

  @Option(
    name: .customLong("timeout"),
    help: ArgumentHelp(
      "Exit after this many seconds without a coordinator (default: 300). With --run this is also the time to wait for "
        + "the first one.", valueName: "seconds"))
  var timeout: Double?

  @Flag(help: "Write standard error to RUN/logs/HOST-PID.log; requires --run.")
  var logToRun = false

  @Option(help: "Log format: text, or json (one object per line).")
  var logFormat = LogFormat.text

  @Flag(help: "Log more details.")
  var verbose = false

  func validate() throws {
    guard processes != nil || (place == nil) == (logs == nil), place == nil || parent != nil else {
      throw ValidationError("--place requires --parent and --logs")
    }
    if let processes {
      guard (0...WorkerSlots.limit).contains(processes) else {
        throw ValidationError(
          "--processes is \(processes), but must be between 0 and \(WorkerSlots.limit)")
      }
      guard place == nil && parent == nil else {
        throw ValidationError("--processes cannot be combined with --place or --parent")
      }
      guard runFolder != nil || logs != nil else {
        throw ValidationError("--processes needs a folder for the workers' logs: pass --logs or --run")
      }
    }
    if let place, !(1...WorkerSlots.limit).contains(place) {
      throw ValidationError("--place is \(place), but must be between 1 and \(WorkerSlots.limit)")
    }
    guard (address == nil) != (runFolder == nil) else {
      throw ValidationError("pass either the coordinator's address or --run, the sweep's run folder")
    }
    guard !logToRun || runFolder != nil else { throw ValidationError("--log-to-run requires --run") }
    if let timeout, !(1...604_800).contains(timeout) {
      throw ValidationError("--timeout is \(timeout), but must be between 1 and 604800 seconds")
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
    return try WorkerProcess(parent: parent, slot: place, logs: URL(fileURLWithPath: logs))
  }

  private var limits: WorkerLimits {
    var limits = WorkerLimits()
    if let timeout { limits.timeoutSeconds = timeout }
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
    guard let first = try timeout.map({ try Self.wait($0, signals, in: run, for: find) }) ?? find() else {
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
