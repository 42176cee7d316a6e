import Foundation
import Ledger
import Logging
import Messaging
import Scheduling

/// The thin loop around the coordinator's machine: messages in, messages out, batches to the ledger's thread. One
/// thread owns it.
public final class Coordinator {
  /// How it ended.
  public enum Ending: Sendable {
    /// Every interferogram has its outcome.
    case completed
    /// A signal stopped it; what was acknowledged is in the ledger.
    case interrupted
  }

  /// Why a sweep cannot go on.
  public struct Stuck: Error, CustomStringConvertible {
    public let description: String
  }

  private let settings: CoordinatorSettings
  private let log: Logger
  private let door: CoordinatorDoor
  private var logLimiter = LogLimiter()
  private let writer: LedgerWriter
  private let ledgerEvents: Mailbox<LedgerEvent>
  private let ledger: Ledger
  private var copier: LedgerCopier?
  private var machine: CoordinatorMachine
  private var meter = RateMeter()
  private var drainDeadline: Instant?
  private var isWaitingForDisk = false
  private var endProcess: (Int32) -> Void = { _ in }
  /// What is to be sent, each message as soon as those that arrived with its cause are handled: one that is sent alone
  /// wakes a thread here and another process.
  private var outgoing: [PeerID: [Volcsweep_ToWorker]] = [:]
  private var gathersUntil: Instant?
  private let begun = ContinuousClock.now
  private let report: (SweepProgress) -> Void
  private let epoch: Int
  private let started = Int64(Date().timeIntervalSince1970 * 1000)
  private let status: StatusWriter?
  /// Shows how the sweep stands to whoever asks; `nil` where nobody does.
  public var metrics: MetricsServer?
  private var statusAt = -Double.infinity
  /// Milliseconds since 1970; `nil` until an interferogram is scored.
  private var lastScored: Int64?
  private var scoredBefore: Int

  /// - Parameters:
  ///   - settings: what it tells its workers and holds itself to.
  ///   - ledger: where results go.
  ///   - epoch: from `Ledger.beginEpoch`; a newer one stops this coordinator at its next write.
  ///   - plan: what is left to do.
  ///   - log: what happens to workers.
  ///   - report: called a few times a second, on the thread that runs.
  /// - Throws: `ZeroMQError` when an address cannot be listened at, `KeyFileError` when keys cannot be used, or what
  ///   the ledger throws.
  public init(
    settings: CoordinatorSettings, ledger: Ledger, epoch: Int, plan: SweepPlan, log: Logger,
    report: @escaping (SweepProgress) -> Void
  ) throws {
    self.settings = settings
    self.log = log
    self.report = report
    self.epoch = epoch
    self.ledger = ledger
    status = try settings.run.map { try StatusWriter(run: $0) }
    door = try CoordinatorDoor(settings)
    let counts = try ledger.counts()
    machine = CoordinatorMachine(
      settings: settings, epoch: epoch, plan: plan, counts: counts,
      candidateCount: try ledger.candidateCount(above: settings.candidateThreshold))
    scoredBefore = counts.scored
    ledgerEvents = try Mailbox<LedgerEvent>()
    writer = try LedgerWriter(ledger: ledger, events: ledgerEvents)
  }

  /// Runs until every interferogram has its outcome or a signal stops it.
  ///
  /// - Parameters:
  ///   - signals: the first drains, the second stops at once.
  ///   - mailbox: what happens to the worker processes of this machine.
  ///   - places: how many of them there are to be; when none is left and no other worker is known, it gives up. 0
  ///     when all workers come from elsewhere.
  ///   - endProcess: ends one of these processes at once; asked of whoever started it, because only that one knows
  ///     whether the number is still the process's.
  /// - Returns: how it ended.
  /// - Throws: `LedgerError` when results cannot be kept, ``Stuck`` when no worker is left to do the rest,
  ///   `ZeroMQError` when the socket fails.
  public func run(
    signals: SignalSource, localWorkers mailbox: Mailbox<LocalWorkerEvent>, places: Int,
    endProcess: @escaping (Int32) -> Void
  ) throws -> Ending {
    self.endProcess = endProcess
    defer { self.endProcess = { _ in } }
    defer { writer.finish() }
    defer { copier?.finish() }
    defer { status?.finish() }
    var placesLeft = places
    var reason = ""
    var interruptions = 0
    var lastTick = now
    handle(.tick)
    while !(machine.isFinished && machine.isSettled) {
      let wakeup = try door.wait(
        alsoFor: [ledgerEvents.descriptor, mailbox.descriptor, signals.descriptor], milliseconds: patience)
      if wakeup.hasMessages { try receiveAll() }
      if wakeup.readable[0] { try takeLedgerEvents() }
      for event in wakeup.readable[1] ? mailbox.takeAll() : [] {
        switch event {
        case .started(let pid, let place): handle(.processStarted(pid: pid, place: place))
        case .ended(let pid, let end): handle(.processEnded(pid: pid, end.loss))
        case .retired: break
        case .stuck(let pid): log.error("a worker process does not exit", metadata: ["pid": "\(pid)"])
        case .gaveUp(let why):
          log.error("a worker slot was given up", metadata: ["reason": "\(why)"])
          placesLeft -= 1
          reason = why
        }
      }
      for signal in wakeup.readable[2] ? signals.takeAll() : [] {
        // A terminal that goes may say so twice, which is no wish to stop at once.
        if signal == SIGHUP, interruptions > 0 { continue }
        interruptions += 1
        log.notice("signal", metadata: ["signal": "\(signal)"])
        if interruptions > 1 {
          sayStatus(.interrupted)
          return .interrupted
        }
        drainDeadline = now.advanced(bySeconds: settings.drainSeconds)
        // Whoever sends the signal may not wait for the end.
        copier?.copySoon()
        handle(.drain)
      }
      if now.seconds(since: lastTick) >= 0.1 {
        lastTick = now
        handle(.tick)
        logDoor()
        showProgress()
        // The last worker from elsewhere may leave long after the last place was given up.
        if places > 0, placesLeft <= 0, machine.peerCount == 0, !machine.isFinished {
          throw Stuck(description: "no worker is left: \(reason)")
        }
      }
      try sendAll()
      writeWhatGathered()
      if let drainDeadline, drainDeadline < now { break }
    }
    logDoor()
    showProgress()
    for instruction in machine.farewells() { perform(instruction) }
    try sendAll()
    sayStatus(machine.isComplete ? .completed : .interrupted)
    return machine.isComplete ? .completed : .interrupted
  }

  /// Has the ledger copied while the sweep runs. To be called at most once, before ``run(signals:localWorkers:places:endProcess:)``.
  ///
  /// - Parameters:
  ///   - target: the copy's file.
  ///   - seconds: time between two copies.
  /// - Throws: `ResourceShortage` where there is no thread for it.
  public func copyLedger(to target: URL, everySeconds seconds: Double) throws {
    copier = try LedgerCopier(ledger: ledger, target: target, everySeconds: seconds, events: ledgerEvents)
  }

  /// Where workers elsewhere connect; `nil` when there can be none.
  public var remoteAddress: Endpoint? { door.remoteAddress }

  /// How often what was kept out, and how many connections came and went.
  public var connectionCounts: [ConnectionEvent: Int] { door.watch.counts }

  /// How far the sweep is.
  public var progress: SweepProgress {
    SweepProgress(
      counts: machine.counts, left: machine.plan.leftCount, rate: meter.rate, elapsedSeconds: elapsedSeconds,
      workers: machine.workerCount, peakResidentBytes: machine.peakResidentBytes)
  }

  private var elapsedSeconds: Double { (ContinuousClock.now - begun) / .seconds(1) }

  /// Transactions so far.
  package var batchCount: Int { machine.batchCount }

  private var now: Instant {
    let (seconds, attoseconds) = (ContinuousClock.now - begun).components
    return Instant(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  private func showProgress() {
    meter.note(machine.counts.planned - machine.counts.open, at: now)
    report(progress)
    guard elapsedSeconds - statusAt >= 1 else { return }
    sayStatus(isWaitingForDisk ? .waitingForDisk : drainDeadline != nil ? .draining : .running)
  }

  private func sayStatus(_ state: SweepStatus.State) {
    guard status != nil || metrics != nil else { return }
    statusAt = elapsedSeconds
    let counts = machine.counts
    let written = Int64(Date().timeIntervalSince1970 * 1000)
    if counts.scored > scoredBefore { lastScored = written }
    scoredBefore = counts.scored
    let toDo = counts.open - machine.plan.leftCount
    let left = toDo <= 0 ? 0 : meter.rate > 0 ? Double(toDo) / meter.rate : nil
    let said = SweepStatus(
      state: state, host: ProcessInfo.processInfo.hostName, pid: getpid(), epoch: epoch, started: started,
      said: written,
      interferograms: SweepStatus.Interferograms(counts, left: machine.plan.leftCount),
      rate: meter.rate, secondsLeft: left, units: machine.unitCounts, workers: machine.workerStatus(at: now),
      peakResidentBytes: machine.peakResidentBytes)
    status?.write(said)
    metrics?.show(
      MetricsText(
        said, connections: connectionCounts, candidates: machine.candidateCount, lastScored: lastScored
      ).text)
  }

  /// Takes what has arrived, so much of it that a tick is never late for long.
  private func receiveAll() throws {
    for count in 1...4096 {
      switch try door.next(at: elapsedSeconds) {
      case .message(let message, let peer): handle(.message(message, from: peer))
      case .dropped: break
      case .nothing: return
      }
      if count % Self.messagesAtATime == 0 {
        try sendAll()
        writeWhatGathered()
      }
    }
  }

  /// Messages that are handled before what they cause is sent and written.
  private static let messagesAtATime = 32

  /// Milliseconds for which nothing has to be done if nothing happens.
  private var patience: Int {
    guard machine.hasBatch, let gathersUntil else { return 100 }
    return max(0, min(100, Int((gathersUntil.seconds(since: now) * 1000).rounded(.up))))
  }

  private func logDoor() {
    for report in door.reports(at: elapsedSeconds) {
      log.log(level: report.event.isRejection ? .warning : .info, "\(report)")
    }
  }

  private func takeLedgerEvents() throws {
    for event in ledgerEvents.takeAll() {
      switch event {
      case .written(let receipt):
        if isWaitingForDisk { log.notice("the ledger's disk has free space again: the sweep continues") }
        isWaitingForDisk = false
        machine.isHandingOut = true
        handle(.written(receipt))
      case .waiting(let reason):
        if !isWaitingForDisk {
          log.error(
            "the ledger's disk is full: the sweep is paused until there is free space",
            metadata: ["why": "\(reason)"])
        }
        isWaitingForDisk = true
        machine.isHandingOut = false
      case .notCopied(let reason):
        log.error("the ledger could not be copied to the run folder", metadata: ["why": "\(reason)"])
      case .failed(let error): throw error
      }
    }
  }

  private func writeWhatGathered() {
    guard machine.hasBatch else { return }
    let now = now
    if let gathersUntil, now < gathersUntil, !machine.isFinished { return }
    guard let write = machine.takeBatch() else { return }
    writer.write(write)
    gathersUntil = now.advanced(bySeconds: settings.gatherSeconds)
  }

  private func handle(_ input: CoordinatorMachine.Input) {
    let time = Int64(Date().timeIntervalSince1970 * 1000)
    for instruction in machine.handle(input, at: now, time: time) { perform(instruction) }
  }

  private func sendAll() throws {
    for (peer, messages) in outgoing {
      switch try door.send(messages, to: peer) {
      case .sent: break
      case .unreachable, .full:
        // It is found by its silence, or it comes back and says hello.
        log.debug("message not delivered")
      }
    }
    outgoing.removeAll(keepingCapacity: true)
  }

  private func perform(_ instruction: CoordinatorMachine.Instruction) {
    switch instruction {
    case .send(let message, let peer): outgoing[peer, default: []].append(message)
    case .kill(let pid): endProcess(pid)
    case .report(let level, let text, let metadata):
      guard let suppressed = logLimiter.admits(text, at: elapsedSeconds) else { return }
      let times = suppressed == 0 ? "" : " (and \(suppressed) similar messages that were not logged)"
      log.log(level: level, "\(text)\(times)", metadata: metadata)
    }
  }
}
