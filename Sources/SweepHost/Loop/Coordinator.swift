import Coordination
import Foundation
import Ledger
import Logging
import Messaging
import Scheduling
import Transport

/// The loop around ``CoordinatorMachine``: passes messages between sockets and machine, and batches to the
/// ledger's thread. Owned by one thread.
public final class Coordinator {
  /// How it ended.
  public enum Ending: Sendable {
    /// Every interferogram has an outcome.
    case completed
    /// A signal stopped it; everything acknowledged is in the ledger.
    case interrupted
  }

  /// No worker is left to continue the sweep.
  public struct Stuck: Error, CustomStringConvertible {
    /// The reason, for the user.
    public let description: String
  }

  private let settings: HostSettings
  private let log: Logger
  private let listener: CoordinatorListener
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
  /// Messages to send after all messages received together are handled: each separate send wakes a thread here
  /// and another process.
  private var outgoing: [PeerID: [Volcsweep_ToWorker]] = [:]
  private var gathersUntil: Instant?
  private let begun = ContinuousClock.now
  private let report: (SweepProgress) -> Void
  private let epoch: Int
  private let started = Int64(Date().timeIntervalSince1970 * 1000)
  private let status: StatusWriter?
  /// Publishes the sweep's state as metrics; `nil` for none.
  public var metrics: MetricsServer?
  private var statusAt = -Double.infinity
  /// Milliseconds since 1970; `nil` until an interferogram is scored.
  private var lastScored: Int64?
  private var scoredBefore: Int

  /// - Parameters:
  ///   - settings: what it tells its workers and holds itself to, and how it reaches them.
  ///   - ledger: where results go.
  ///   - epoch: from `Ledger.beginEpoch`; a newer one stops this coordinator at its next write.
  ///   - plan: the remaining work.
  ///   - log: receives events of workers.
  ///   - report: called a few times a second, on the running thread.
  /// - Throws: `ZeroMQError` if it cannot listen at an address, `KeyFileError` if keys are unusable, or errors
  ///   of the ledger.
  public init(
    settings: HostSettings, ledger: Ledger, epoch: Int, plan: SweepPlan, log: Logger,
    report: @escaping (SweepProgress) -> Void
  ) throws {
    self.settings = settings
    self.log = log
    self.report = report
    self.epoch = epoch
    self.ledger = ledger
    status = try settings.run.map { try StatusWriter(run: $0) }
    listener = try CoordinatorListener(settings)
    let counts = try ledger.counts()
    machine = CoordinatorMachine(
      settings: settings.coordinator, epoch: epoch, plan: plan, counts: counts,
      candidateCount: try ledger.candidateCount(above: settings.coordinator.candidateThreshold))
    scoredBefore = counts.scored
    ledgerEvents = try Mailbox<LedgerEvent>()
    writer = try LedgerWriter(ledger: ledger, events: ledgerEvents)
  }

  /// Runs until every interferogram has an outcome or a signal stops it.
  ///
  /// - Parameters:
  ///   - signals: the first one drains, the second one stops at once.
  ///   - mailbox: events of this machine's worker processes.
  ///   - slots: number of slots for them; when all are given up and no other worker is connected, the sweep
  ///     fails. 0 if all workers run on other machines.
  ///   - endProcess: kills one of these processes; the caller does it because only its parent knows that the
  ///     number still belongs to the process.
  /// - Returns: how it ended.
  /// - Throws: `LedgerError` if results cannot be stored, ``Stuck`` if no worker is left, `ZeroMQError` if a
  ///   socket fails.
  public func run(
    signals: SignalSource, localWorkers mailbox: Mailbox<LocalWorkerEvent>, slots: Int,
    endProcess: @escaping (Int32) -> Void
  ) throws -> Ending {
    self.endProcess = endProcess
    defer { self.endProcess = { _ in } }
    defer { writer.finish() }
    defer { copier?.finish() }
    defer { status?.finish() }
    var slotsLeft = slots
    var reason = ""
    var interruptions = 0
    var lastTick = now
    handle(.tick)
    while !(machine.isFinished && machine.isSettled) {
      let wakeup = try listener.wait(
        alsoFor: [ledgerEvents.descriptor, mailbox.descriptor, signals.descriptor], milliseconds: pollMilliseconds)
      if wakeup.hasMessages { try receiveAll() }
      if wakeup.readable[0] { try takeLedgerEvents() }
      for event in wakeup.readable[1] ? mailbox.takeAll() : [] {
        switch event {
        case .started(let pid, let slot): handle(.processStarted(pid: pid, slot: slot))
        case .ended(let pid, let end): handle(.processEnded(pid: pid, end.loss))
        case .retired: break
        case .stuck(let pid): log.error("a worker process does not exit", metadata: ["pid": "\(pid)"])
        case .gaveUp(let why):
          log.error("a worker slot was given up", metadata: ["reason": "\(why)"])
          slotsLeft -= 1
          reason = why
        }
      }
      for signal in wakeup.readable[2] ? signals.takeAll() : [] {
        // A closing terminal may send SIGHUP twice; that is not a request to stop at once.
        if signal == SIGHUP, interruptions > 0 { continue }
        interruptions += 1
        log.notice("signal", metadata: ["signal": "\(signal)"])
        if interruptions > 1 {
          sayStatus(.interrupted)
          return .interrupted
        }
        drainDeadline = now.advanced(bySeconds: settings.drainSeconds)
        // The sender of the signal may not wait for the end.
        copier?.copySoon()
        handle(.drain)
      }
      if now.seconds(since: lastTick) >= 0.1 {
        lastTick = now
        handle(.tick)
        logConnections()
        showProgress()
        // The last remote worker may leave long after the last local slot was given up.
        if slots > 0, slotsLeft <= 0, machine.peerCount == 0, !machine.isFinished {
          throw Stuck(description: "no worker is left: \(reason)")
        }
      }
      try sendAll()
      writeWhatGathered()
      if let drainDeadline, drainDeadline < now { break }
    }
    logConnections()
    showProgress()
    for instruction in machine.farewells() { perform(instruction) }
    try sendAll()
    sayStatus(machine.isComplete ? .completed : .interrupted)
    return machine.isComplete ? .completed : .interrupted
  }

  /// Copies the ledger while the sweep runs. Call at most once, before
  /// ``run(signals:localWorkers:slots:endProcess:)``.
  ///
  /// - Parameters:
  ///   - target: the copy's file.
  ///   - seconds: time between two copies.
  /// - Throws: `ResourceShortage` if no thread can be started.
  public func copyLedger(to target: URL, everySeconds seconds: Double) throws {
    copier = try LedgerCopier(ledger: ledger, target: target, everySeconds: seconds, events: ledgerEvents)
  }

  /// Endpoint for workers on other machines; `nil` if there is none.
  public var remoteAddress: Endpoint? { listener.remoteAddress }

  /// Number of connection events by kind, rejections included.
  public var connectionCounts: [ConnectionEvent: Int] { listener.watch.counts }

  /// Progress of the sweep.
  public var progress: SweepProgress {
    SweepProgress(
      counts: machine.counts, left: machine.plan.leftCount, rate: meter.rate, elapsedSeconds: elapsedSeconds,
      workers: machine.workerCount, peakResidentBytes: machine.peakResidentBytes)
  }

  private var elapsedSeconds: Double { (ContinuousClock.now - begun) / .seconds(1) }

  /// Number of ledger transactions so far.
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

  /// Handles received messages, a bounded number so that ticks stay on time.
  private func receiveAll() throws {
    for count in 1...4096 {
      switch try listener.next(at: elapsedSeconds) {
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

  /// Messages handled before the resulting messages and batch are sent.
  private static let messagesAtATime = 32

  /// Time until something has to be done if nothing happens, milliseconds.
  private var pollMilliseconds: Int {
    guard machine.hasBatch, let gathersUntil else { return 100 }
    return max(0, min(100, Int((gathersUntil.seconds(since: now) * 1000).rounded(.up))))
  }

  private func logConnections() {
    for report in listener.reports(at: elapsedSeconds) {
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
            metadata: ["reason": "\(reason)"])
        }
        isWaitingForDisk = true
        machine.isHandingOut = false
      case .notCopied(let reason):
        log.error("the ledger could not be copied to the run folder", metadata: ["reason": "\(reason)"])
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
      switch try listener.send(messages, to: peer) {
      case .sent: break
      case .unreachable, .full:
        // Its silence will be noticed, or it reconnects and says Hello.
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
