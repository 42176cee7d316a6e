import Foundation
import Interferometry
import Ledger
import Logging
import Messaging
import Scheduling

/// The thin loop around the scheduler: messages in, messages out, results into the ledger. One thread owns it.
///
/// A result is acknowledged after the transaction that holds it is durable. Everything that arrived while one
/// transaction was written goes into the next.
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

  let settings: CoordinatorSettings
  private let ledger: Ledger
  let epoch: Int
  private let plan: SweepPlan
  let log: Logger
  private let context: MessageContext
  private let socket: MessageSocket
  private var scheduler: Scheduler
  var peers: [[UInt8]: Peer] = [:]
  var identities: [WorkerID: [UInt8]] = [:]
  var nextWorker: WorkerID = 1
  /// Processes started here: only these are ever killed, whatever a worker says of itself.
  private var ownProcesses: Set<Int32> = []
  private var unwritten: [RecordedOutcome] = []
  private var acknowledgements: [(peer: [UInt8], lease: Lease)] = []
  private var counts: OutcomeCounts
  private var meter = RateMeter()
  private var drainDeadline: Instant?
  private let begun = ContinuousClock.now
  private let report: (SweepProgress) -> Void

  /// - Parameters:
  ///   - settings: what it tells its workers and holds itself to.
  ///   - ledger: where results go.
  ///   - epoch: from `Ledger.beginEpoch`; a newer one stops this coordinator at its next write.
  ///   - plan: what is left to do.
  ///   - log: what happens to workers.
  ///   - report: called a few times a second, on the thread that runs.
  /// - Throws: `ZeroMQError` when the address cannot be listened at, or what the ledger throws.
  public init(
    settings: CoordinatorSettings, ledger: Ledger, epoch: Int, plan: SweepPlan, log: Logger,
    report: @escaping (SweepProgress) -> Void
  ) throws {
    self.settings = settings
    self.ledger = ledger
    self.epoch = epoch
    self.plan = plan
    self.log = log
    self.report = report
    context = try MessageContext()
    socket = try MessageSocket(.router, context: context, limits: settings.socketLimits)
    try socket.bind(settings.address)
    // Whoever may write to the socket may send results, so it is its owner's alone, whatever the folder allows.
    chmod(String(settings.address.trimmingPrefix("ipc://")), 0o600)
    scheduler = Scheduler(units: plan.units, limits: settings.limits)
    counts = try ledger.counts()
  }

  /// Runs until every interferogram has its outcome or a signal stops it.
  ///
  /// - Parameters:
  ///   - signals: the first drains, the second stops at once.
  ///   - mailbox: what happens to the worker processes of this machine.
  ///   - places: how many of them there are to be; when none is left and no other worker is known, it gives up.
  /// - Returns: how it ended.
  /// - Throws: `LedgerError` when results cannot be kept, ``Stuck`` when no worker is left to do the rest,
  ///   `ZeroMQError` when the socket fails.
  public func run(signals: SignalSource, localWorkers mailbox: Mailbox<LocalWorkerEvent>, places: Int) throws
    -> Ending
  {
    var placesLeft = places
    var interruptions = 0
    var lastTick = now
    var isDone = try handle(.tick)
    while !isDone {
      let wakeup = try socket.wait(alsoFor: [mailbox.descriptor, signals.descriptor], milliseconds: 100)
      if wakeup.hasMessages { isDone = try receiveAll() || isDone }
      for event in mailbox.takeAll() {
        switch event {
        case .started(let pid): ownProcesses.insert(pid)
        case .ended(let pid, let cause):
          ownProcesses.remove(pid)
          isDone = try lose(pid: pid, cause: cause) || isDone
        case .gaveUp(let reason):
          log.error("a worker's place stays empty", metadata: ["reason": "\(reason)"])
          placesLeft -= 1
          if placesLeft == 0 && peers.isEmpty { throw Stuck(description: "no worker is left: \(reason)") }
        }
      }
      for signal in signals.takeAll() {
        interruptions += 1
        log.notice("signal", metadata: ["signal": "\(signal)"])
        if interruptions > 1 { return .interrupted }
        isDone = try drain() || isDone
      }
      if now.seconds(since: lastTick) >= 0.1 {
        lastTick = now
        isDone = try handle(.tick) || isDone
        meter.note(counts.planned - counts.open, at: now)
        report(progress)
      }
      try commit()
      if let drainDeadline, drainDeadline < now { break }
    }
    try commit()
    meter.note(counts.planned - counts.open, at: now)
    report(progress)
    let ending: Ending = counts.open == 0 ? .completed : .interrupted
    for identity in peers.keys { try send(.drain(Volcsweep_Drain()), to: identity) }
    return ending
  }

  /// How far the sweep is.
  public var progress: SweepProgress {
    SweepProgress(
      counts: counts, rate: meter.rate, elapsedSeconds: (ContinuousClock.now - begun) / .seconds(1),
      workers: scheduler.workerCount)
  }

  private var now: Instant {
    let (seconds, attoseconds) = (ContinuousClock.now - begun).components
    return Instant(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  private func drain() throws -> Bool {
    drainDeadline = now.advanced(bySeconds: settings.drainSeconds)
    let isDone = try handle(.drain)
    for identity in peers.keys { try send(.drain(Volcsweep_Drain()), to: identity) }
    return isDone
  }

  private func lose(pid: Int32, cause: String) throws -> Bool {
    let host = ProcessInfo.processInfo.hostName
    guard let (identity, peer) = peers.first(where: { $0.value.pid == pid && $0.value.host == host }) else {
      log.warning("worker ended before its hello", metadata: ["pid": "\(pid)", "cause": "\(cause)"])
      return false
    }
    peers[identity] = nil
    guard let worker = peer.worker else { return false }
    log.warning("worker lost", metadata: ["worker": "\(peer.name)", "cause": "\(cause)"])
    identities[worker] = nil
    return try handle(.workerLost(worker, cause: "\(cause) (\(peer.name))"))
  }

  /// Takes what has arrived, so much of it that a tick is never late for long.
  private func receiveAll() throws -> Bool {
    for _ in 0..<4096 {
      guard let frames = try socket.receive() else { return scheduler.isFinished }
      guard frames.count == 2, let message = try? Volcsweep_ToCoordinator(frame: frames[1]) else {
        log.warning("a message that is none", metadata: ["frames": "\(frames.count)"])
        continue
      }
      try handle(message, from: frames[0])
    }
    return scheduler.isFinished
  }

  private func handle(_ message: Volcsweep_ToCoordinator, from identity: [UInt8]) throws {
    switch message.body {
    case .hello(let hello): try welcome(hello, identity)
    case .ready: try ready(identity)
    case .heartbeat(let beat):
      guard let worker = peers[identity]?.worker else { return try reintroduce(identity) }
      let computing = beat.unit == 0 ? nil : Lease(unit: beat.unit, attempt: Int(beat.attempt))
      _ = try handle(.heartbeat(worker, computing: computing, progress: beat.progress))
      try send(.pulse(Volcsweep_Pulse()), to: identity)
    case .result(let result): try take(result, from: identity)
    case .goodbye:
      guard let peer = peers.removeValue(forKey: identity), let worker = peer.worker else { return }
      identities[worker] = nil
      _ = try handle(.workerLeft(worker))
    case nil: log.warning("an empty message")
    }
  }

  func handle(
    _ event: Event, _ outcomes: [InterferogramNumber: RecordedOutcome] = [:], from identity: [UInt8] = []
  ) throws -> Bool {
    for action in scheduler.handle(event, at: now) {
      switch action {
      case .assign(let worker, let unit, let attempt):
        guard let peer = identities[worker] else { continue }
        try send(.assignment(plan.assignment(of: unit, attempt: attempt)), to: peer)
      case .record(_, let lease, let numbers):
        for number in numbers {
          guard let outcome = outcomes[number] else { continue }
          unwritten.append(outcome)
          count(outcome.outcome)
        }
        acknowledgements.append((identity, lease))
      case .revoke(let worker, let lease):
        guard let peer = identities[worker] else { continue }
        var revocation = Volcsweep_Revocation()
        revocation.unit = lease.unit
        revocation.attempt = UInt32(clamping: lease.attempt)
        try send(.revocation(revocation), to: peer)
      case .refuse(let worker):
        guard let peer = identities.removeValue(forKey: worker) else { continue }
        peers[peer] = nil
        var refusal = Volcsweep_Refusal()
        refusal.reason = "this sweep has its \(settings.limits.maximumWorkers) workers already"
        try send(.refusal(refusal), to: peer)
      case .evict(let worker, let cause): evict(worker, cause: cause)
      case .quarantine(let number, let cause):
        log.error("quarantined", metadata: ["interferogram": "\(number)", "cause": "\(cause)"])
        let outcome = Outcome.quarantined(reason: cause)
        unwritten.append(RecordedOutcome(number: number, outcome: outcome))
        count(outcome)
      case .finish: log.info("finished")
      }
    }
    return scheduler.isFinished
  }

  private func evict(_ worker: WorkerID, cause: String) {
    guard let identity = identities.removeValue(forKey: worker), let peer = peers[identity] else { return }
    log.warning("worker given up", metadata: ["worker": "\(peer.name)", "cause": "\(cause)"])
    peers[identity]?.worker = nil
    // Its place is filled again when the process has ended. A remote one finds out when it beats again.
    if ownProcesses.contains(peer.pid), peer.host == ProcessInfo.processInfo.hostName { kill(peer.pid, SIGKILL) }
  }

  private func count(_ outcome: Outcome) {
    switch outcome {
    case .scored: counts.scored += 1
    case .rejected: counts.rejected += 1
    case .quarantined: counts.quarantined += 1
    }
  }

  private func commit() throws {
    try ledger.write(LedgerBatch(outcomes: unwritten), epoch: epoch)
    unwritten.removeAll(keepingCapacity: true)
    for (peer, lease) in acknowledgements {
      var acknowledgement = Volcsweep_Acknowledgement()
      acknowledgement.unit = lease.unit
      acknowledgement.attempt = UInt32(clamping: lease.attempt)
      try send(.acknowledgement(acknowledgement), to: peer)
    }
    acknowledgements.removeAll(keepingCapacity: true)
  }

  func send(_ body: Volcsweep_ToWorker.OneOf_Body, to identity: [UInt8]) throws {
    switch try socket.send(Volcsweep_ToWorker(body).frame(), to: identity) {
    case .sent: break
    case .unreachable, .full:
      // It is found by its silence, or it comes back and says hello.
      log.debug("message not delivered", metadata: ["peer": "\(peers[identity]?.name ?? "unknown")"])
    }
  }
}
