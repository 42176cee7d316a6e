import Crypto
import Detection
import Foundation
import Imaging
import Isolation
import Jobs
import Ledger
import Logging
import Messaging
import NeuralNetwork
import RasterIO
import Scheduling

/// What a planned sweep found in the archive.
public struct PlanningReport: Sendable {
  /// Interferograms that this planning added.
  public var added = 0
  /// Interferograms without an outcome.
  public var open = 0
  /// Stacks that could not be read, with the reason.
  public var unreadable: [(file: String, reason: String)] = []
}

/// Everything a job needs before its coordinator can run: the run folder locked, the model checked, the stacks locked
/// against ingest, the ledger opened and the plan brought up to date. Its calls block.
public final class SweepSession {
  /// Why a job that was read cannot run.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  public let job: Job
  public let ledger: Ledger
  public let modelPath: String
  public let planning: PlanningReport
  /// How often what was kept out of the sweep, once it has run.
  public private(set) var connectionCounts: [ConnectionEvent: Int] = [:]
  private let plan: SweepPlan
  private let settings: CoordinatorSettings
  private let runLock: RunLock
  private let archiveLock: ArchiveLock

  /// - Parameters:
  ///   - job: what to sweep.
  ///   - modelPath: the model's file, which the job names or which is shipped.
  ///   - executable: this program, which the processes that open stacks are started from.
  ///   - limits: what each of them may use.
  ///   - remote: where workers elsewhere connect; `nil` for local ones alone.
  /// - Throws: ``Failure``, `ChildProcess.StartFailure`, `RunLock.Taken`, `LedgerError`, `ArchiveLock.Conflict`,
  ///   `ModelError`, `DetectionError`.
  public init(
    job: Job, modelPath: String, executable: String, limits: ProcessLimits = StackAnswering.limits,
    remote: RemoteAccess? = nil
  ) throws {
    self.job = job
    self.modelPath = modelPath
    try Self.makePrivateFolder(job.run)
    try Self.makePrivateFolder(job.run.appending(path: "logs"))
    runLock = try RunLock(path: job.run.appending(path: "coordinator.lock").path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: modelPath), options: .mappedIfSafe)
    let hash = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    let model = try ModelFile(bytes: Array(bytes), file: modelPath)
    let rule = try PatchRule(profile: job.profile, metadata: model.metadata)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let profile = String(decoding: try encoder.encode(job.profile), as: UTF8.self)
    ledger = try Ledger(path: job.run.appending(path: "ledger.sqlite").path)
    try ledger.bind(
      to: SweepIdentity(
        model: "\(model.metadata.name) \(model.metadata.version)", modelSHA256: hash, profile: profile,
        patchSize: rule.patchSize, precision: job.precision.rawValue))
    try ledger.keep(candidateThreshold: job.candidateThreshold)
    archiveLock = try ArchiveLock(archive: job.archive)
    let opener = StackOpener(executable: executable, limits: limits)
    var report = try ArchiveScan(job: job, ledger: ledger, lock: archiveLock, opener: opener).run()
    try ledger.planUnits(size: job.unitSize)
    plan = try SweepPlan(ledger, rule: rule)
    report.open = plan.interferogramCount
    planning = report
    var settings = try Self.settings(job, modelPath: modelPath, modelSHA256: hash, profile: profile)
    settings.sweepID = try ledger.sweepID()
    settings.remote = remote
    settings.run = job.run
    self.settings = settings
  }

  /// Runs the coordinator with local workers until the sweep is complete or interrupted.
  ///
  /// - Parameters:
  ///   - executable: this program, which workers are started from.
  ///   - workers: how many; 0 when all come from elsewhere.
  ///   - signals: SIGINT and SIGTERM.
  ///   - log: what happens to workers.
  ///   - report: called a few times a second, on the calling thread.
  /// - Returns: how it ended.
  /// - Throws: what ``Coordinator/run(signals:localWorkers:places:)`` throws.
  public func run(
    executable: String, workers: Int, signals: SignalSource, log: Logger, report: @escaping (SweepProgress) -> Void
  ) throws -> Coordinator.Ending {
    guard plan.interferogramCount > 0 else { return .completed }
    let epoch = try ledger.beginEpoch(host: ProcessInfo.processInfo.hostName, pid: getpid())
    let mailbox = try Mailbox<LocalWorkerEvent>()
    let coordinator = try Coordinator(
      settings: settings, ledger: ledger, epoch: epoch, plan: plan, log: log, report: report)
    try AddressFile(
      host: ProcessInfo.processInfo.hostName, pid: getpid(), local: settings.address,
      remote: coordinator.remoteAddress.map { "\($0)" }
    ).write(run: job.run)
    defer {
      AddressFile.remove(run: job.run)
      connectionCounts = coordinator.connectionCounts
    }
    let local = LocalWorkers(
      executable: executable,
      arguments: ["worker", settings.address, "--parent", String(getpid())],
      environment: BLASEnvironment.advice().merging(LocalWorkers.environment()) { first, _ in first },
      logs: job.run.appending(path: "logs"), mailbox: mailbox)
    let places = min(workers, plan.units.count)
    if places > 0 { local.start(places) }
    var patience = 0.0
    defer { local.end(withinSeconds: patience) }
    let ending = try coordinator.run(signals: signals, localWorkers: mailbox, places: places)
    try ledger.endEpoch(epoch)
    // What an interruption left undone is done again anyway.
    patience = if case .completed = ending { 10 } else { 2 }
    return ending
  }

  private static func makePrivateFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Failure(description: "the run folder \(folder.path) cannot be made: \(error.localizedDescription)")
    }
  }

  private static func settings(_ job: Job, modelPath: String, modelSHA256: String, profile: String) throws
    -> CoordinatorSettings
  {
    var settings = CoordinatorSettings(
      address: try SocketPlace.address(in: job.run), archive: job.archive, modelPath: modelPath,
      modelSHA256: modelSHA256, profile: profile, batchSize: job.batchSize)
    settings.triesKernels = job.kernels == .tried
    settings.precision = job.precision.rawValue
    settings.memoryLimitBytes = job.workerMemoryMegabytes << 20
    let scheduling = job.scheduling
    settings.heartbeatSeconds = scheduling.heartbeatSeconds ?? settings.heartbeatSeconds
    if let window = scheduling.window {
      (settings.limits.window, settings.limits.longestWindow) = (window, window)
    }
    settings.limits.silenceSeconds = scheduling.silenceSeconds ?? settings.limits.silenceSeconds
    settings.limits.leaseSeconds = settings.limits.silenceSeconds
    settings.limits.stallSeconds = scheduling.stallSeconds ?? settings.limits.stallSeconds
    settings.limits.leaseAgeSeconds = scheduling.leaseSeconds ?? settings.limits.leaseAgeSeconds
    settings.limits.lossesBeforeSplit = scheduling.lossesBeforeSplit ?? settings.limits.lossesBeforeSplit
    settings.limits.lossesBeforeQuarantine =
      scheduling.lossesBeforeQuarantine ?? settings.limits.lossesBeforeQuarantine
    return settings
  }
}
