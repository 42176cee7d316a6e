import Interferometry
import Ledger
import Logging
import Messaging
import Scheduling

/// What a coordinator says and writes next, as a pure state machine around the scheduler: inputs in, instructions
/// out; no clock, socket, disk or process.
///
/// What is to be written gathers in a batch that ``takeBatch()`` hands over; a result is acknowledged when
/// ``Input/written(_:)`` says that the batch which holds it is durable. Every message may be lost, late or doubled,
/// and whoever sends them may have been given up long ago, or lie.
public struct CoordinatorMachine: Sendable {
  public enum Input: Sendable {
    case message(Volcsweep_ToCoordinator, from: PeerID)
    /// A batch is durable.
    case written(LedgerReceipt)
    /// A worker process was started here, in the place of this number, from 1.
    case processStarted(pid: Int32, place: Int = 0)
    /// One that was started here has ended.
    case processEnded(pid: Int32, Loss)
    case tick
    /// Hand out nothing more, and end when nothing is out.
    case drain
  }

  public enum Instruction: Sendable {
    case send(Volcsweep_ToWorker, to: PeerID)
    /// Kill a process that was started here.
    case kill(pid: Int32)
    case report(Logger.Level, String, Logger.Metadata)
  }

  let settings: CoordinatorSettings
  let epoch: Int
  var plan: SweepPlan
  var scheduler: Scheduler
  var peers: [PeerID: Peer] = [:]
  var stays: [WorkerID: PeerID] = [:]
  /// Processes started here.
  var ownProcesses: [Int32: OwnProcess] = [:]
  /// The machines that workers named, by number.
  var hosts = HostNumbers()
  var banned = Latest<PeerID>(limit: 100_000)
  /// Keys with which results came that are false.
  var bannedKeys = Latest<String>(limit: 10_000)
  /// Whether others with such a key may still be here.
  var hasNewBan = false
  /// Names of workers by the number of their session, for messages: the latest ``namesKept``.
  private(set) var names: [WorkerID: String] = [:]
  private static let namesKept = 50_000
  /// Workers put aside about which the ledger is to be asked.
  var investigations: [(worker: WorkerID, sessions: [WorkerID])] = []
  /// Why what they brought is withdrawn.
  var causes: [WorkerID: String] = [:]
  /// What interferograms were that are opened again in this step.
  var reopened: [InterferogramNumber: Outcome] = [:]
  var plans: MachinePlans
  var proofs: ArchiveProofs
  /// Since when there are workers and none sees the archive, on the coordinator's machine or on two others.
  var archiveLostAt: Instant?
  /// Since when only workers of one machine elsewhere say so, and whether that was reported.
  var archiveDoubt: (since: Instant, isReported: Bool)?
  private var nextWorker: WorkerID = 1
  private var lastPurge: Instant?
  var batch = LedgerBatch()
  /// Results whose comparison the scheduler wants to know of.
  private var compared: Set<Lease> = []
  private var duplicates: [RecordedOutcome] = []
  private var afterBatch = AfterWrite()
  private var batchInFlight: (number: Int, then: AfterWrite)?
  private var nextBatch = 1
  private var wroteAt: Instant?
  /// Whether it is time to see that this is still the ledger's newest coordinator.
  private var isCheckDue = false
  public internal(set) var counts: OutcomeCounts
  /// Scored interferograms above the candidate threshold.
  public internal(set) var candidateCount: Int
  /// The most memory that any worker said it has in use, bytes.
  public private(set) var peakResidentBytes: UInt64 = 0

  /// - Parameters:
  ///   - settings: what it tells its workers and holds itself to.
  ///   - epoch: the coordinator's number in its ledger.
  ///   - plan: what is left to do.
  ///   - counts: the outcomes that the ledger has.
  ///   - candidateCount: how many of them are above the candidate threshold.
  public init(
    settings: CoordinatorSettings, epoch: Int, plan: SweepPlan, counts: OutcomeCounts, candidateCount: Int = 0
  ) {
    self.settings = settings
    self.epoch = epoch
    self.plan = plan
    self.counts = counts
    self.candidateCount = candidateCount
    plans = MachinePlans(plan.machinePlans)
    let units = plan.plannedUnits(numbering: &hosts)
    proofs = ArchiveProofs(settings.proofStacks)
    scheduler = Scheduler(
      epoch: epoch, units: units, nextUnit: plan.nextUnit, proven: plan.proven, parents: plan.parents,
      limits: settings.limits)
  }

  /// Workers that hold or may be handed work.
  public var workerCount: Int { scheduler.workerCount }

  /// Workers that have introduced themselves, those given up included.
  public var peerCount: Int { peers.count }

  /// Whether units are handed out; not while the ledger has no room for results.
  public var isHandingOut: Bool {
    get { scheduler.isHandingOut }
    set { scheduler.isHandingOut = newValue }
  }

  /// Whether every interferogram has its outcome, or the drain is done; what was decided last may still be unwritten.
  public var isFinished: Bool { scheduler.isFinished }

  /// Whether everything that the job asks for has its outcome.
  public var isComplete: Bool { counts.open <= plan.leftCount }

  /// Transactions so far.
  package var batchCount: Int { nextBatch - 1 }

  /// Whether everything that was decided is durable and acknowledged.
  public var isSettled: Bool { batchInFlight == nil && batch.isEmpty && afterBatch.acknowledgements.isEmpty }

  /// Takes one input and tells what to do about it.
  ///
  /// - Parameters:
  ///   - input: what happened.
  ///   - now: on a clock that never runs backwards.
  ///   - time: milliseconds since 1970, for the log alone.
  /// - Returns: what is to be done, in this order.
  public mutating func handle(_ input: Input, at now: Instant, time: Int64) -> [Instruction] {
    var step = Step(now: now, time: time)
    switch input {
    case .message(let message, let peer):
      peers[peer]?.heardAt = now
      take(message, from: peer, &step)
    case .written(let receipt): settle(receipt, &step)
    case .processStarted(let pid, let place): ownProcesses[pid] = OwnProcess(place: place)
    case .processEnded(let pid, let loss): lose(pid: pid, loss, &step)
    case .tick:
      perform(scheduler.handle(.tick, at: now), &step)
      endIfArchiveIsLost(&step)
      // One that has nothing to write would never learn that another has taken over.
      isCheckDue = now.seconds(since: wroteAt ?? now) >= settings.limits.silenceSeconds
      wroteAt = wroteAt ?? now
      forgetStrangers(now)
    case .drain:
      perform(scheduler.handle(.drain, at: now), &step)
      for peer in peers.keys.sorted() { step.send(.drain(Volcsweep_Drain()), to: peer) }
    }
    return step.instructions
  }

  /// The words that tell every worker to end, when the sweep does.
  public func farewells() -> [Instruction] {
    var drain = Volcsweep_Drain()
    drain.isOver = isComplete
    return peers.keys.sorted().map { .send(Volcsweep_ToWorker(.drain(drain)), to: $0) }
  }

  /// Whether ``takeBatch()`` has something to hand over.
  public var hasBatch: Bool {
    batchInFlight == nil
      && (!batch.isEmpty || !afterBatch.acknowledgements.isEmpty || isCheckDue || !investigations.isEmpty)
  }

  /// What has gathered to be written, while no other batch is on its way; `nil` when nothing has.
  public mutating func takeBatch() -> LedgerWrite? {
    guard hasBatch else { return nil }
    isCheckDue = false
    defer {
      batch = LedgerBatch()
      duplicates = []
      compared = []
      investigations = []
      batchInFlight = (nextBatch, afterBatch)
      afterBatch = AfterWrite()
      nextBatch += 1
    }
    return LedgerWrite(
      number: nextBatch, epoch: epoch, batch: batch, duplicates: duplicates, compared: compared,
      investigations: investigations)
  }

  private mutating func settle(_ receipt: LedgerReceipt, _ step: inout Step) {
    guard let flight = batchInFlight, flight.number == receipt.number else { return }
    batchInFlight = nil
    wroteAt = step.now
    for machine in flight.then.plans {
      plans.settle(machine)
      // Whoever made it says Ready again, and then joins, as do those who wait for it.
      let waiting = peers.filter {
        $0.value.worker == nil && $0.value.planMachine == machine && !$0.value.deliversOnly
      }
      for peer in waiting.keys.sorted() {
        step.send(.welcome(welcome(peer, plan: plans.documents[machine])), to: peer)
      }
    }
    for (peer, assignment) in flight.then.assignments { step.send(.assignment(assignment), to: peer) }
    for (peer, acknowledgement) in flight.then.messages { step.send(.acknowledgement(acknowledgement), to: peer) }
    take(receipt.verdicts, &step)
    for (worker, brought) in receipt.brought { take(brought, of: worker, &step) }
    for difference in receipt.differences {
      step.report(
        .error, "two machines returned different results: one of them is faulty",
        ["interferogram": "\(difference.number)", "difference": "\(difference.detail)"])
      batch.differences.append(
        ResultDifference(
          number: difference.number, worker: difference.worker, detail: difference.detail, time: step.time))
    }
  }

  private mutating func lose(pid: Int32, _ loss: Loss, _ step: inout Step) {
    guard let own = ownProcesses.removeValue(forKey: pid) else { return }
    guard let id = own.peer else {
      return step.report(
        .warning, "worker exited before it connected", ["pid": "\(pid)", "cause": "\(loss.cause)"])
    }
    lose(id, loss, &step)
  }

  /// One that said goodbye, was given up or banned is no loss any more.
  mutating func lose(_ id: PeerID, _ loss: Loss, _ step: inout Step) {
    guard let peer = peers.removeValue(forKey: id), let worker = peer.worker else { return }
    step.report(.warning, "worker lost", ["worker": "\(peer.name)", "cause": "\(loss.cause)"])
    step.cause = loss.cause
    perform(scheduler.handle(.workerLost(worker, loss), at: step.now), &step)
    stays[worker] = nil
  }

  /// A worker that was given up, and does not come back, is nobody's concern after a while.
  private mutating func forgetStrangers(_ now: Instant) {
    if let lastPurge, now.seconds(since: lastPurge) < settings.limits.silenceSeconds { return }
    lastPurge = now
    let gone = peers.filter {
      ($0.value.worker == nil || $0.value.deliversOnly)
        && now.seconds(since: $0.value.heardAt) > 4 * settings.limits.silenceSeconds
    }
    for (id, peer) in gone {
      if let worker = peer.worker { stays[worker] = nil }
      peers[id] = nil
    }
  }

  mutating func newWorker(_ id: PeerID, _ peer: inout Peer, _ step: inout Step) -> WorkerID {
    let worker = nextWorker
    nextWorker += 1
    peer.worker = worker
    peer.isLogged = false
    peer.sessionTime = step.time
    stays[worker] = id
    names[worker] = peer.name
    names[worker - Self.namesKept] = nil
    return worker
  }

  func name(of id: PeerID) -> String { peers[id]?.name ?? "unknown" }

  mutating func note(residentBytes: UInt64) { peakResidentBytes = max(peakResidentBytes, residentBytes) }

  /// Keeps a result's outcomes for the next batch, and its acknowledgement for after it.
  mutating func keep(
    _ outcomes: [RecordedOutcome], duplicates later: [RecordedOutcome], acknowledging lease: Lease, to peer: PeerID
  ) {
    peers[peer]?.done += outcomes.count
    if !outcomes.isEmpty { peers[peer]?.timesAway = 0 }
    for outcome in outcomes {
      batch.outcomes.append(outcome)
      count(outcome.outcome)
    }
    duplicates += later
    afterBatch.acknowledge(lease, to: peer, isHeld: !outcomes.isEmpty || !later.isEmpty)
  }

  /// Whether a result is on its way to the disk, and its acknowledgement behind it.
  func isBeingWritten(_ lease: Lease, from peer: PeerID) -> Bool {
    afterBatch.holds(lease, from: peer) || batchInFlight?.then.holds(lease, from: peer) == true
  }

  mutating func compare(_ lease: Lease) { compared.insert(lease) }

  /// Units that are handed out once they are durable.
  mutating func holdBack(_ units: [UnitID]) { afterBatch.units.formUnion(units) }

  mutating func keep(_ transition: LoggedTransition) { batch.transitions.append(transition) }

  mutating func keep(_ blame: UnitBlame) { batch.blames.append(blame) }

  mutating func keep(_ split: UnitSplit) {
    batch.splits.append(split)
    afterBatch.units.formUnion(split.children.map(\.id))
  }

  /// Sends an assignment, once its unit is durable: a successor that did not know the unit could make nothing of its
  /// results, and might give its number to another. What a worker is assigned reaches it in order.
  mutating func assign(_ assignment: Volcsweep_Assignment, to peer: PeerID, _ step: inout Step) {
    let unit = assignment.lease.unit
    if afterBatch.units.contains(unit) || afterBatch.isAwaited(by: peer) {
      afterBatch.assignments.append((peer, assignment))
    } else if let then = batchInFlight?.then, then.units.contains(unit) || then.isAwaited(by: peer) {
      batchInFlight?.then.assignments.append((peer, assignment))
    } else {
      step.send(.assignment(assignment), to: peer)
    }
  }

  /// Keeps a plan for the next batch; the workers of its kind are told of it after that.
  mutating func keep(_ plan: MachinePlan) {
    batch.plans.append(plan)
    afterBatch.plans.append(plan.machine)
  }

  mutating func keepQuarantine(_ outcome: RecordedOutcome) {
    batch.outcomes.append(outcome)
    count(outcome.outcome)
  }

  private mutating func count(_ outcome: Outcome) {
    counts.count(outcome)
    if isCandidate(outcome) { candidateCount += 1 }
  }

  func isCandidate(_ outcome: Outcome) -> Bool {
    guard case .scored(let result) = outcome else { return false }
    return Double(result.maximumProbability) > settings.candidateThreshold
  }
}

extension OutcomeCounts {
  mutating func count(_ outcome: Outcome) {
    switch outcome {
    case .scored: scored += 1
    case .rejected: rejected += 1
    case .unreadable: unreadable += 1
    case .quarantined: quarantined += 1
    }
  }
}
