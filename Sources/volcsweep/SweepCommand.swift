import ArgumentParser
import Coordination
import Foundation
import Isolation
import Jobs
import Ledger
import Logging
import Messaging
import Reduction

/// `volcsweep sweep`: a job from its file to ranked lists.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Sweeps an archive with local worker processes, as a job file says.",
    discussion: """
      Plans the archive's interferograms into the run folder's ledger, starts the workers, and ends with maps and \
      ranked lists in the run folder's results. Run the same command again after an interruption and it continues; \
      run it after an ingest and it sweeps what is new.

      Ctrl-C lets the workers finish the interferogram at hand; a second one stops at once. Either way nothing that \
      was finished is lost.

      With --listen workers on other machines take part, each with a key of its own: see volcsweep keys --help.
      """)

  @Argument(help: ArgumentHelp("The job file.", valueName: "job.yaml"))
  var job: String

  @Option(help: "Worker processes, instead of the job's number; 0 when all workers are started elsewhere.")
  var workers: Int?

  @Option(help: "Seconds after which a stack that cannot be opened is left out as unreadable.")
  var fileSeconds = StackAnswering.limits.secondsPerFile

  @Option(
    help: ArgumentHelp(
      "Listen for workers on other machines, too; * for every interface. Needs keys.", valueName: "tcp://host:port")
  )
  var listen: String?

  @Option(help: ArgumentHelp("The keys for that, made by volcsweep keys; RUN/keys by itself.", valueName: "folder"))
  var keys: String?

  @Flag(help: "Plan and check everything, but compute nothing.")
  var planOnly = false

  @Flag(help: "Log each worker that joins to standard error, too; those that are lost are always named.")
  var verbose = false

  func validate() throws {
    if let workers, !(0...1024).contains(workers) {
      throw ValidationError("the number of workers is \(workers), but must be from 0 to 1024")
    }
    guard (0.1...86_400).contains(fileSeconds) else {
      throw ValidationError("--file-seconds is \(fileSeconds), but must be from 0.1 to 86400")
    }
  }

  func run() async throws {
    let signals: SignalSource
    do {
      signals = try SignalSource([SIGINT, SIGTERM])
    } catch {
      throw failure(error)
    }
    let command = self
    do {
      try await onOwnThread("sweep") { try command.sweep(signals) }
    } catch let exit as ExitCode {
      throw exit
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: any Error) -> ExitCode {
    Terminal.say("volcsweep sweep: \(error)")
    return ExitStatus.failed
  }

  private static func state(_ progress: SweepProgress) -> ProgressBar.State {
    let counts = progress.counts
    var notes: [String] = []
    if counts.rejected > 0 { notes.append("\(counts.rejected) rejected") }
    if counts.quarantined > 0 { notes.append("\(counts.quarantined) quarantined") }
    notes.append("\(progress.workers) \(progress.workers == 1 ? "worker" : "workers")")
    return ProgressBar.State(
      done: counts.planned - counts.open, total: counts.planned, unit: "interferograms", rate: progress.rate,
      note: notes.joined(separator: ", "))
  }

  private func sweep(_ signals: SignalSource) throws {
    let job = try Job(contentsOf: URL(fileURLWithPath: job))
    guard keys == nil || (listen ?? job.listen) != nil else {
      throw ValidationError("--keys goes with --listen: workers of this machine need no keys")
    }
    let remote = try (listen ?? job.listen).map { address in
      try RemoteAccess(
        listen: address, keys: keys.map { URL(fileURLWithPath: $0) } ?? job.run.appending(path: "keys"))
    }
    let modelPath =
      switch job.model {
      case .builtIn: try Installation.defaultModel()
      case .file(let url): url.path
      }
    let session = try SweepSession(
      job: job, modelPath: modelPath, executable: Installation.executable,
      limits: ProcessLimits(memoryBytes: StackAnswering.limits.memoryBytes, secondsPerFile: fileSeconds),
      remote: remote)
    defer { try? session.ledger.close() }
    let planning = session.planning
    for (_, reason) in planning.unreadable { Terminal.say("sweep: left out, cannot be read: \(reason)") }
    let count = workers ?? job.workers ?? ProcessInfo.processInfo.activeProcessorCount
    Terminal.say(
      "sweep: \(planning.added) interferograms new in the plan, \(planning.open) to do, profile "
        + "\(job.profile.name.rawValue), model \(modelPath), \(count) \(count == 1 ? "worker" : "workers")")
    guard !planOnly else { return }
    var log = Logger(label: "volcsweep", factory: { _ in TerminalLog(command: "sweep") })
    log.logLevel = verbose ? .info : .warning
    let bar = ProgressBar(command: "sweep")
    let ending = try session.run(
      executable: Installation.executable, workers: count, signals: signals, log: log
    ) { bar.show(Self.state($0)) }
    bar.close()
    if let line = KeptOut.line(session.connectionCounts) { Terminal.say("sweep: \(line)") }
    guard case .completed = ending else {
      Terminal.say("sweep: interrupted; run the same command again and it continues")
      throw ExitStatus.interrupted
    }
    try ResultsReport.writeAndPrint(session.ledger, run: job.run, threshold: nil, top: 20)
    guard planning.unreadable.isEmpty else { throw ExitStatus.doneWithRejects }
  }
}
