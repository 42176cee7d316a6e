import Coordination
import Crypto
import Detection
import FileReasons
import Files
import Foundation
import Hashing
import Imaging
import Interferometry
import Isolation
import Jobs
import Ledger
import Logging
import Names
import NeuralNetwork
import RasterIO
import Scheduling
import Transport

/// Prepares everything a job needs before its coordinator can run: locks the run folder, checks the model,
/// locks the stacks against ingest, opens the ledger and updates the plan. Its calls block.
public final class SweepSession {
  /// Why a job cannot run.
  public struct Failure: Error, CustomStringConvertible {
    /// The reason, for the user.
    public let description: String
    /// Whether the same job fails again until it, or a file it names, is changed.
    public var isPermanent = false
  }

  /// The job to run.
  public let job: Job
  /// The open ledger.
  public let ledger: Ledger
  /// Path of the model file.
  public let modelPath: String
  /// What planning found.
  public let planning: PlanningReport
  /// Number of connection events by kind, after the sweep has run.
  public private(set) var connectionCounts: [ConnectionEvent: Int] = [:]
  private let plan: SweepPlan
  private let settings: HostSettings
  private let place: LedgerPlace
  private let isStoring: Bool
  private let runLock: RunLock
  private let archiveLock: ArchiveLock
  /// Limits what is lost with a node whose local disk has the ledger.
  private static let secondsBetweenCopies = 300.0

  /// - Parameters:
  ///   - job: what to sweep.
  ///   - modelPath: the model's file, which the job names or which is shipped.
  ///   - executable: this program, which the processes that open stacks are started from.
  ///   - limits: what each of them may use.
  ///   - remote: where workers elsewhere connect; `nil` for local ones alone.
  ///   - storage: where the ledger is kept meanwhile.
  ///   - accepts: asked if the run was swept with another model or method before; `false` leaves it unchanged.
  /// - Throws: ``Failure``, `StartFailure`, `RunLock.Taken`, `LedgerError`, `ArchiveLock.Conflict`,
  ///   `ModelError`, `DetectionError`.
  public init(
    job: Job, modelPath: String, executable: String, limits: ProcessLimits = StackAnswering.limits,
    remote: RemoteAccess? = nil, storage: SweepStorage = SweepStorage(),
    accepts: (ScoringChange) throws -> Bool = { _ in false }
  ) throws {
    self.job = job
    self.modelPath = modelPath
    try Self.makePrivateFolder(job.run)
    try RunFolderCheck.refuseLinks(in: job.run)
    try Self.makePrivateFolder(job.run.appending(path: "logs"))
    runLock = try RunLock(path: job.run.appending(path: "coordinator.lock").path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: modelPath))
    let hash = sha256Hex(of: bytes)
    let model = try ModelFile(bytes: Array(bytes), file: modelPath)
    let rule = try PatchRule(profile: job.profile, model: model)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let profile = String(decoding: try encoder.encode(job.profile), as: UTF8.self)
    let scratch = try storage.folder(of: job.run)
    place = LedgerPlace(run: job.run, scratch: scratch)
    var report = PlanningReport()
    ledger = try place.open(allowsNetwork: storage.allowsNetworkLedger) { report.remarks.append($0) }
    let identity = SweepIdentity(
      model: VisibleText.line("\(model.metadata.name) \(model.metadata.version)", limit: 300), modelSHA256: hash,
      profile: profile,
      patchSize: rule.patchSize, patchAlignment: rule.alignment, precision: job.precision.rawValue,
      library: job.library.rawValue, unseen: model.seenPixels.remark)
    try ledger.bind(to: identity, accepts: accepts)
    report.damaged = try ledger.reopenDamaged().map(\.name)
    try ledger.keep(candidateThreshold: job.candidateThreshold)
    try ledger.keep(job: job)
    try Self.keepTrainingPrior(of: model, in: ledger)
    let activations = try ActivationPlan(job, model: model, ledger: ledger)
    archiveLock = try ArchiveLock(archive: job.archive)
    let opener = StackOpener(executable: executable, limits: limits)
    let scan = try ArchiveScan(
      job: job, ledger: ledger, lock: archiveLock, opener: opener,
      makeOpener: { StackOpener(executable: executable, limits: limits) }
    ).run()
    (report.added, report.unreadable) = (scan.added, scan.unreadable)
    (report.leftOut, report.changes, report.identities) = (scan.leftOut, scan.changes, scan.identities)
    // The ledger does not store GVP numbers.
    let asked = Set(
      try ledger.stacks().filter { job.asks(for: $0.value) || scan.asked.contains($0.value.file) }.keys)
    report.retried = try ledger.reopenUnreadable(ofStacks: asked)
    try ledger.planUnits(size: job.unitSize)
    let plan = try SweepPlan(ledger, rule: rule, reusing: activations.reusedLayer?.id, stacks: asked)
    self.plan = plan
    report.unseen = identity.unseen
    report.open = plan.interferogramCount
    report.left = plan.leftCount
    report.knownGates = plan.knownGateCount
    report.reusable = plan.activationCount
    report.reusedLayer = activations.reusedLayer?.name
    report.stored = activations.terms?.stores.map { ($0, plan.patchBytes(each: activations.bytesPerPatch)) }
    isStoring = activations.storedLayer != nil
    do {
      try ModelRegistry(ofRun: job.run).add(URL(fileURLWithPath: modelPath))
    } catch {
      report.unregistered = SystemReason.text(error)
    }
    planning = report
    let address = try LocalSocketAddress.address(in: scratch ?? job.run)
    var settings = Self.settings(job, modelPath: modelPath, modelSHA256: hash, profile: profile)
    settings.sweepID = try ledger.scoringID()
    settings.activations = activations.terms
    settings.storedLayer = activations.storedLayer
    settings.candidateThreshold = job.candidateThreshold
    settings.proofStacks = report.identities
    if remote != nil, job.scheduling.checkFraction == nil {
      settings.limits.checkFraction = Self.usualCheckFraction
    }
    var hosting = HostSettings(address: address, coordinator: settings)
    hosting.remote = remote
    hosting.run = job.run
    self.settings = hosting
  }

  /// Runs the coordinator with local workers until the sweep is complete or interrupted.
  ///
  /// - Parameters:
  ///   - executable: this program, to start workers.
  ///   - workers: number of local workers; 0 if all run on other machines.
  ///   - signals: SIGINT and SIGTERM.
  ///   - log: receives events of workers.
  ///   - metrics: publishes the sweep's state; `nil` for none.
  ///   - report: called a few times a second, on the calling thread.
  /// - Returns: how it ended.
  /// - Throws: ``Failure`` if local workers lack what the job asks for, and errors of
  ///   ``Coordinator/run(signals:localWorkers:slots:endProcess:)``.
  public func run(
    executable: String, workers: Int, signals: SignalSource, log: Logger, metrics: MetricsServer? = nil,
    report: @escaping (SweepProgress) -> Void
  ) throws -> Coordinator.Ending {
    guard plan.interferogramCount > 0 else {
      try copyOut()
      try place.finish()
      return .completed
    }
    if workers > 0 { try Self.checkMachine(for: job) }
    let epoch = try ledger.beginEpoch(host: ProcessInfo.processInfo.hostName, pid: getpid())
    // From now on an earlier coordinator that kept this sweep's ledger elsewhere cannot replace the copy in the
    // run folder.
    try copyOut()
    var isCopied = false
    defer { if !isCopied { try? copyOut() } }
    let mailbox = try Mailbox<LocalWorkerEvent>()
    let coordinator = try Coordinator(
      settings: settings, ledger: ledger, epoch: epoch, plan: plan, log: log, report: report)
    coordinator.metrics = metrics
    if let copy = place.copy { try coordinator.copyLedger(to: copy, everySeconds: Self.secondsBetweenCopies) }
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
    let slots = min(workers, plan.units.count)
    if slots > 0 { local.start(slots) }
    var timeoutSeconds = 0.0
    defer {
      for pid in local.end(withinSeconds: timeoutSeconds) {
        log.error(
          "a worker process was killed but does not exit, because it waits for a disk or a server; the sweep ends without it",
          metadata: ["pid": "\(pid)"])
      }
    }
    let ending = try coordinator.run(
      signals: signals, localWorkers: mailbox, slots: slots, endProcess: { local.kill($0) })
    try ledger.endEpoch(epoch)
    if case .completed = ending, isStoring { try ActivationPlan.removeStrangers(of: job.run, ledger: ledger) }
    try copyOut()
    isCopied = true
    try place.finish()
    // Whatever an interruption leaves undone is repeated anyway.
    timeoutSeconds = if case .completed = ending { 10 } else { 2 }
    return ending
  }

  private func copyOut() throws {
    guard let copy = place.copy else { return }
    try ledger.copyOut(to: copy)
  }

  /// Checks that workers on this machine can do what a job asks for. Call before anything of the sweep is
  /// stored, so that the job can still be changed.
  ///
  /// - Throws: ``Failure``.
  public static func checkMachine(for job: Job) throws(Failure) {
    let precision = job.precision.obstacle.map {
      "precision \(job.precision.rawValue) is not available: \($0); set precision: float32"
    }
    guard let obstacle = job.library.obstacle ?? precision else { return }
    throw Failure(
      description: "\(job.file.path): workers on this machine cannot compute: \(obstacle)", isPermanent: true)
  }

  static func makePrivateFolder(_ folder: URL) throws {
    do {
      try OwnFolder.make(folder)
    } catch let error as OwnFolder.Refusal {
      throw Failure(description: "\(error)", isPermanent: true)
    } catch let error as FileError {
      throw Failure(description: "\(error)")
    } catch {
      throw Failure(description: "the run folder \(folder.path) cannot be created: \(SystemReason.reason(error))")
    }
  }

  /// Stores the prior of a model's training, for `reduce --prior`.
  private static func keepTrainingPrior(of model: ModelFile, in ledger: Ledger) throws {
    let prior = model.metadata.remarks["prior"].flatMap { DeformationPrior($0) } ?? .even
    guard try ledger.trainingPrior() ?? DeformationPrior.even.fraction != prior.fraction else { return }
    try ledger.keep(trainingPrior: prior.fraction)
  }

  /// Fraction of the units that are recomputed if workers on other machines are allowed.
  private static let usualCheckFraction = 1.0 / 200

  private static func settings(
    _ job: Job, modelPath: String, modelSHA256: String, profile: String
  ) -> CoordinatorSettings {
    var settings = CoordinatorSettings(
      archive: job.archive.path, modelPath: modelPath, modelSHA256: modelSHA256, profile: profile,
      batchSize: job.batchSize)
    settings.triesKernels = job.kernels == .tried
    settings.precision = job.precision.rawValue
    settings.library = job.library.rawValue
    settings.memoryLimitBytes = job.workerMemoryMegabytes << 20
    let scheduling = job.scheduling
    settings.heartbeatSeconds = scheduling.heartbeatSeconds ?? settings.heartbeatSeconds
    if let window = scheduling.window {
      (settings.limits.window, settings.limits.longestWindow) = (window, window)
    }
    settings.limits.silenceSeconds = scheduling.silenceSeconds ?? settings.limits.silenceSeconds
    settings.limits.unnamedSeconds = settings.limits.silenceSeconds
    settings.limits.stallSeconds = scheduling.stallSeconds ?? settings.limits.stallSeconds
    settings.limits.leaseSeconds = scheduling.leaseSeconds ?? settings.limits.leaseSeconds
    settings.limits.checkFraction = scheduling.checkFraction ?? 0
    settings.limits.checkSeed = UInt64.random(in: 0...UInt64.max)
    settings.limits.archiveSeconds = scheduling.archiveSeconds ?? settings.limits.archiveSeconds
    settings.limits.lossesBeforeSplit = scheduling.lossesBeforeSplit ?? settings.limits.lossesBeforeSplit
    settings.limits.lossesBeforeQuarantine =
      scheduling.lossesBeforeQuarantine ?? settings.limits.lossesBeforeQuarantine
    return settings
  }
}
