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

  @Option(
    help: ArgumentHelp(
      "Keep the ledger and the local socket on this machine's own disk while the sweep runs, and copy the ledger to the "
        + "run folder every five minutes and at the end; for run folders on network file systems.",
      valueName: "folder"))
  var scratch: String?

  @Flag(help: "Keep the ledger in the run folder even where that is on a network file system.")
  var allowNetworkLedger = false

  @Option(
    help: ArgumentHelp(
      "Answer http://127.0.0.1:PORT/metrics in Prometheus' text format while the sweep runs; 0 takes any port.",
      valueName: "port"))
  var metrics: UInt16?

  @Option(help: "How to log: text for people, or json, an object a line.")
  var logFormat = LogFormat.text

  @Flag(help: "Plan and check everything, but compute nothing.")
  var planOnly = false

  @Flag(help: "Log each worker that joins to standard error, too; those that are lost are always named.")
  var verbose = false

  @Flag(help: "Do not ask before scores are computed again because the model or the method has changed.")
  var yes = false

  func validate() throws {
    let most = Job.workerCounts.upperBound
    if let workers, !(0...most).contains(workers) {
      throw ValidationError("the number of workers is \(workers), but must be from 0 to \(most)")
    }
    guard (0.1...86_400).contains(fileSeconds) else {
      throw ValidationError("--file-seconds is \(fileSeconds), but must be from 0.1 to 86400")
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
      "\(run.path) was swept otherwise: \(change.differences.joined(separator: "; ")). \(change.stale) outcomes are "
        + "stale and would be computed again, \(change.valid) stay valid; what there is now is kept as an earlier scoring",
      .warning)
    if yes { return true }
    guard isatty(STDIN_FILENO) == 1, Terminal.isInteractive else { return false }
    return ["y", "yes"].contains(Terminal.ask("compute them again? [y/N] ").lowercased())
  }

  /// Sweeps the open interferograms of a job and writes the lists.
  func sweep(
    _ job: Job, model: String, _ signals: SignalSource, accepts: (ScoringChange) throws -> Bool
  ) throws {
    guard keys == nil || (listen ?? job.listen) != nil else {
      throw ValidationError("--keys goes with --listen: workers of this machine need no keys")
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
    if let line = KeptOut.line(session.connectionCounts) { Terminal.say("sweep: \(line)") }
    guard case .completed = ending else {
      Terminal.say("sweep: interrupted; run the same command again and it continues")
      throw ExitStatus.interrupted
    }
  }

  private static func words(on session: SweepSession, workers count: Int) -> [String] {
    let planning = session.planning
    var lines = planning.unreadable.map { "left out, cannot be read: \($0.reason)" }
    lines += planning.remarks
    lines += planning.leftOut.map { "left out: \($0.reason)" } + planning.changes.lines
    if !planning.damaged.isEmpty {
      let names = planning.damaged.prefix(10).joined(separator: ", ")
      let more = planning.damaged.count > 10 ? " and \(planning.damaged.count - 10) more" : ""
      lines.append(
        "warning: the ledger's stored outcomes of these do not match their checksums, and are computed again: "
          + "\(names)\(more)")
    }
    if let unseen = planning.unseen { lines.append("not all is seen: \(unseen)") }
    if let reason = planning.unregistered { lines.append("the model is not in the run root's registry: \(reason)") }
    lines.append(
      "\(planning.added) interferograms new in the plan, \(planning.open) to do, profile "
        + "\(session.job.profile.name.rawValue), model \(session.modelPath), \(count) "
        + "\(count == 1 ? "worker" : "workers")")
    if planning.retried > 0 {
      lines.append("of these \(planning.retried) could not be read before and are tried again")
    }
    if planning.left > 0 {
      lines.append(
        "\(planning.left) planned interferograms of other volcanoes or frames are left: this job does not ask for them, "
          + "or their names cannot be used; a job that asks for them goes on with them")
    }
    if let layer = planning.reusedLayer {
      lines.append("of these \(planning.reusable) start from the stored activations of layer \(layer)")
    }
    if planning.knownGates > planning.reusable {
      lines.append("of \(planning.knownGates) it is known which patches pass the gate")
    }
    if let stored = planning.stored, stored.bytes > 0 {
      lines.append(
        "the activations of layer \(stored.layer) are stored: \(size(stored.bytes)) at most, less what the gate keeps out"
      )
    }
    return lines
  }

  /// Number of activations stored, of those that should be.
  private static func words(onActivationsOf ledger: Ledger) throws -> String? {
    guard let counts = try ledger.storedActivations() else { return nil }
    let line =
      "activations of layer \(counts.layer): stored for \(counts.stored) of \(counts.planned) interferograms"
    return counts.stored == counts.planned
      ? line : "warning: \(line); the workers' logs say why, and a rescoring reads the pixels of the others"
  }

  /// Refuses a sweep that would fill the disk before it ends.
  private func refuseWithoutRoom(_ session: SweepSession) throws {
    guard !yes, let stored = session.planning.stored else { return }
    let run = session.job.run
    let values = try? FileManager.default.attributesOfFileSystem(forPath: run.path)
    guard let free = values?[.systemFreeSize] as? Int, free < stored.bytes else { return }
    throw NoRoom(
      description:
        "the activations of layer \(stored.layer) may take \(Self.size(stored.bytes)), and \(run.path) has "
        + "\(Self.size(free)) left; leave out store-activations, name a narrower layer (volcsweep model inspect), or "
        + "pass --yes")
  }

  private struct NoRoom: Error, CustomStringConvertible {
    let description: String
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 10_000_000 ? "\((bytes + 999) / 1000) kB" : String(format: "%.2f GB", Double(bytes) / 1e9)
  }
}
