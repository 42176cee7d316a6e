import ArgumentParser
import Coordination
import Foundation
import Isolation
import Jobs
import Ledger
import Logging
import ProcessResources
import StandardStreams
import SweepHost
import Transport

/// Options shared by `sweep` and `rescore`: how a job is run on this machine.
struct SweepOptions: ParsableArguments {
  @Option(help: "Number of local worker processes; overrides the job file. 0 if all workers run on other machines.")
  var workers: Int?

  @Option(help: "Timeout in seconds for opening a stack; a stack that exceeds it is skipped as unreadable.")
  var fileSeconds = StackAnswering.limits.secondsPerFile

  @Option(
    help: ArgumentHelp(
      "Accept workers on other machines at this address; * means all interfaces. Requires keys.",
      valueName: "tcp://host:port")
  )
  var listen: String?

  @Option(help: ArgumentHelp("Folder of keys made by volcsweep keys (default: RUN/keys).", valueName: "folder"))
  var keys: String?

  @Option(
    help: ArgumentHelp(
      "Keep the ledger and the local socket in this folder on a local disk while the sweep runs, and copy the ledger "
        + "to the run folder every 5 minutes and at the end. Use it if the run folder is on a network file system.",
      valueName: "folder"))
  var scratch: String?

  @Flag(help: "Keep the ledger in the run folder even if that is on a network file system.")
  var allowNetworkLedger = false

  @Option(
    help: ArgumentHelp(
      "Serve Prometheus metrics at http://127.0.0.1:PORT/metrics while the sweep runs; 0 picks a free port.",
      valueName: "port"))
  var metrics: UInt16?

  @Option(help: "Log format: text, or json (one object per line).")
  var logFormat = LogFormat.text

  @Flag(help: "Plan and check the sweep without computing anything.")
  var planOnly = false

  @Flag(help: "Also log each worker that joins. Lost workers are always logged.")
  var verbose = false

  @Flag(help: "Compute scores again without asking if the model or method has changed.")
  var yes = false

  func validate() throws {
    let most = Job.workerCounts.upperBound
    if let workers, !(0...most).contains(workers) {
      throw ValidationError("--workers is \(workers), but must be between 0 and \(most)")
    }
    guard (0.1...86_400).contains(fileSeconds) else {
      throw ValidationError("--file-seconds is \(fileSeconds), but must be between 0.1 and 86400 seconds")
    }
  }

  /// Runs a command's work on its own thread, with the signals that interrupt it.
  func run(_ command: String, _ work: @escaping @Sendable (SignalSource) throws -> Void) async throws {
    do {
      StandardError.dropRatherThanWait()
      // Threads of the network, the ledger, its copies, the status, the metrics, the keys, and Swift itself.
      try ResourceProbe(threads: 12, descriptors: 32, addressSpaceBytes: 192 << 20).run()
      let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP])
      try await onOwnThread(command) { try work(signals) }
    } catch {
      throw ExitStatus.afterJob(error, in: command)
    }
  }

  private static func state(_ progress: SweepProgress) -> ProgressBar.State {
    let counts = progress.counts
    var notes: [String] = []
    if counts.rejected > 0 { notes.append("\(counts.rejected) rejected") }
    if counts.unreadable > 0 { notes.append("\(counts.unreadable) unreadable") }
    if counts.quarantined > 0 { notes.append("\(counts.quarantined) quarantined") }
    notes.append("\(progress.workers) \(progress.workers == 1 ? "worker" : "workers")")
    return ProgressBar.State(
      done: counts.planned - counts.open, total: counts.planned - progress.left, unit: "interferograms",
      rate: progress.rate,
      note: notes.joined(separator: ", "))
  }

  /// Whether the user at the terminal agrees to recompute scores.
  func asks(about change: ScoringChange, in run: URL) throws -> Bool {
    Terminal.say(
      "\(run.path) was swept with different settings: \(change.differences.joined(separator: "; ")). "
        + "\(change.stale) outcomes are outdated and will be computed again; \(change.valid) stay valid. The current "
        + "outcomes are kept as an earlier scoring",
      .warning)
    if yes { return true }
    guard isatty(STDIN_FILENO) == 1, Terminal.isInteractive else { return false }
    return ["y", "yes"].contains(Terminal.ask("Compute them again? [y/N] ").lowercased())
  }

  /// Sweeps the open interferograms of a job and writes the lists.
  func sweep(
    _ job: Job, model: String, _ signals: SignalSource, accepts: (ScoringChange) throws -> Bool
  ) throws {
    guard keys == nil || (listen ?? job.listen) != nil else {
      throw ValidationError("--keys requires --listen: workers on this machine need no keys")
    }
    let remote = try (listen ?? job.listen).map { address in
      try RemoteAccess(
        listen: address, keys: keys.map { URL(fileURLWithPath: $0) } ?? job.run.appending(path: "keys"))
    }
    let count = workers ?? job.workers ?? ProcessInfo.processInfo.activeProcessorCount
    if count > 0, !planOnly { try SweepSession.checkMachine(for: job) }
    let session = try SweepSession(
      job: job, modelPath: model, executable: Installation.executable,
      limits: ProcessLimits(memoryBytes: StackAnswering.limits.memoryBytes, secondsPerFile: fileSeconds),
      remote: remote,
      storage: SweepStorage(
        scratch: scratch.map { URL(fileURLWithPath: $0) }, allowsNetworkLedger: allowNetworkLedger),
      accepts: accepts)
    defer { try? session.ledger.close() }
    for line in Self.words(on: session, workers: count) { Terminal.say("sweep: \(line)") }
    try refuseWithoutRoom(session)
    guard !planOnly else { return }
    try run(session, workers: count, signals)
    if session.planning.stored != nil, let line = try Self.words(onActivationsOf: session.ledger) {
      Terminal.say("sweep: \(line)")
    }
    try ResultsReport.writeAndPrint(session.ledger, run: job.run, threshold: nil, top: 20)
    guard session.planning.unreadable.isEmpty, session.planning.leftOut.isEmpty else {
      throw ExitStatus.doneWithRejects
    }
  }

  private func run(_ session: SweepSession, workers: Int, _ signals: SignalSource) throws {
    var log = logFormat.logger(command: "sweep")
    log.logLevel = verbose ? .info : .warning
    let metrics = try metrics.map { try MetricsServer(port: $0) }
    defer { metrics?.finish() }
    if let metrics { Terminal.say("sweep: metrics at http://127.0.0.1:\(metrics.port)/metrics") }
    let bar = ProgressBar(command: "sweep")
    let ending = try session.run(
      executable: Installation.executable, workers: workers, signals: signals, log: log, metrics: metrics
    ) { bar.show(Self.state($0)) }
    bar.close()
    if let line = RejectedConnections.line(session.connectionCounts) { Terminal.say("sweep: \(line)") }
    guard case .completed = ending else {
      Terminal.say("sweep: interrupted; run the same command again to continue")
      throw ExitStatus.interrupted
    }
  }

  private static func words(on session: SweepSession, workers count: Int) -> [String] {
    let planning = session.planning
    var lines = planning.unreadable.map { "skipped, cannot be read: \($0.reason)" }
    lines += planning.remarks
    lines += planning.leftOut.map { "skipped: \($0.reason)" } + planning.changes.lines
    if !planning.damaged.isEmpty {
      let names = planning.damaged.prefix(10).joined(separator: ", ")
      let more = planning.damaged.count > 10 ? " and \(planning.damaged.count - 10) more" : ""
      lines.append(
        "warning: these outcomes do not match their checksums in the ledger and will be computed again: "
          + "\(names)\(more)")
    }
    if let unseen = planning.unseen { lines.append("some pixels are not covered: \(unseen)") }
    if let reason = planning.unregistered {
      lines.append("the model could not be added to the registry: \(reason)")
    }
    lines.append(
      "\(planning.added) interferograms added to the plan, \(planning.open) to do; profile "
        + "\(session.job.profile.name.rawValue), model \(session.modelPath), \(count) "
        + "\(count == 1 ? "worker" : "workers")")
    if planning.retried > 0 {
      lines.append("\(planning.retried) of these could not be read before and are tried again")
    }
    if planning.left > 0 {
      lines.append(
        "\(planning.left) planned interferograms are left open: this job does not select their volcanoes or frames, or "
          + "their names cannot be used; a job that selects them continues with them")
    }
    if let layer = planning.reusedLayer {
      lines.append("\(planning.reusable) of these start from stored activations of the layer \(layer)")
    }
    if planning.knownGates > planning.reusable {
      lines.append("for \(planning.knownGates) of these the gate's result is already known")
    }
    if let stored = planning.stored, stored.bytes > 0 {
      lines.append(
        "activations of the layer \(stored.layer) will be stored: at most \(size(stored.bytes)), less if the gate "
          + "rejects patches"
      )
    }
    return lines
  }

  /// Number of activations stored, of those that should be.
  private static func words(onActivationsOf ledger: Ledger) throws -> String? {
    guard let counts = try ledger.storedActivations() else { return nil }
    let line =
      "activations of the layer \(counts.layer): stored for \(counts.stored) of \(counts.planned) interferograms"
    return counts.stored == counts.planned
      ? line : "warning: \(line); see the workers' logs for the reason. A rescoring reads the pixels of the others"
  }

  /// Refuses a sweep that would fill the disk before it ends.
  private func refuseWithoutRoom(_ session: SweepSession) throws {
    guard !yes, let stored = session.planning.stored else { return }
    let run = session.job.run
    let values = try? FileManager.default.attributesOfFileSystem(forPath: run.path)
    guard let free = values?[.systemFreeSize] as? Int, free < stored.bytes else { return }
    throw NoRoom(
      description:
        "the activations of the layer \(stored.layer) may need \(Self.size(stored.bytes)), but \(run.path) has only "
        + "\(Self.size(free)) free; remove store-activations, choose a smaller layer (volcsweep model inspect), or pass "
        + "--yes")
  }

  private struct NoRoom: Error, CustomStringConvertible {
    let description: String
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 10_000_000 ? "\((bytes + 999) / 1000) kB" : String(format: "%.2f GB", Double(bytes) / 1e9)
  }
}
