import Interferometry
import Logging
import Messaging
import Scheduling
import SweepRecords

/// The coordinator as a pure state machine around the scheduler: inputs in, instructions out; no clock,
/// sockets, disk or processes.
///
/// Writes are collected in a batch that ``takeBatch()`` returns; a result is acknowledged once
/// ``Input/written(_:)`` reports its batch as durable. Every message may be lost, late or duplicated, and its
/// sender may have been evicted long ago, or report wrong data.
public struct CoordinatorMachine: Sendable {
  /// An event for the machine.
  public enum Input: Sendable {
    /// A message from a worker arrived.
    case message(Volcsweep_ToCoordinator, from: PeerID)
    /// A batch is durable.
    case written(LedgerReceipt)
    /// A worker process was started on this machine, in the slot of this number, from 1; 0 if unknown.
    case processStarted(pid: Int32, slot: Int = 0)
    /// A worker process of this machine has ended.
    case processEnded(pid: Int32, Loss)
    /// Time passed.
    case tick
    /// Assign nothing more, and finish when no lease is active.
    case drain
  }

  /// Something for the caller to do.
  public enum Instruction: Sendable {
    /// Send a message to a worker.
    case send(Volcsweep_ToWorker, to: PeerID)
    /// Kill a worker process of this machine.
    case kill(pid: Int32)
    case report(Logger.Level, String, Logger.Metadata)
  }

  let settings: CoordinatorSettings
  let epoch: Int
  /// The sweep's stacks, units and open interferograms; reopened interferograms are added to it.
  package internal(set) var plan: SweepPlan
  var scheduler: Scheduler
  #if DEBUG
    /// Stands between the machine and its scheduler when the simulator plants a fault there; `nil` otherwise.
    package var schedulerWrapper: (any SchedulerWrapper)?
  #endif
  var peers: [PeerID: Peer] = [:]
  var stays: [WorkerID: PeerID] = [:]
  /// Worker processes of this machine.
  var ownProcesses: [Int32: OwnProcess] = [:]
  /// Numbers of the machines that workers report.
  var hosts = HostNumbers()
  var banned = Latest<PeerID>(limit: 100_000)
  /// Keys of workers that delivered wrong results.
  var bannedKeys = Latest<String>(limit: 10_000)
  /// Whether other workers with such a key may still be connected.
  var hasNewBan = false
  /// Worker names by session number, for messages: the latest ``namesKept``.
  private(set) var names: [WorkerID: String] = [:]
  private static let namesKept = 50_000
  /// Banned workers whose results are requested from the ledger.
  var investigations: [(worker: WorkerID, sessions: [WorkerID])] = []
  /// Why their results are withdrawn.
  var causes: [WorkerID: String] = [:]
  /// Previous outcomes of interferograms reopened in this step.
  var reopened: [InterferogramNumber: Outcome] = [:]
  var plans: MachinePlans
  var proofs: ArchiveProofs
  /// Since when workers are connected and none sees the archive, on the coordinator's machine or on two others.
  var archiveLostAt: Instant?
  /// Since when only workers of one remote machine report that, and whether it was logged.
  var archiveDoubt: (since: Instant, isReported: Bool)?
  private var nextWorker: WorkerID = 1
  private var lastPurge: Instant?
  var batch = LedgerBatch()
  /// Results whose comparison the scheduler requested.
  private var compared: Set<Lease> = []
  private var duplicates: [RecordedOutcome] = []
  private var afterBatch = AfterWrite()
  private var batchInFlight: (number: Int, then: AfterWrite)?
  private var nextBatch = 1
  private var wroteAt: Instant?
  /// Whether to check that this is still the ledger's newest coordinator.
  private var isCheckDue = false
  /// Outcomes of the whole sweep so far.
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

  /// Number of workers that hold or may get leases.
  public var workerCount: Int { scheduler.workerCount }

  /// Number of workers that said Hello, evicted ones included.
  public var peerCount: Int { peers.count }

  /// Whether units are assigned; not while the ledger has no space for results.
  public var isHandingOut: Bool {
    get { scheduler.isHandingOut }
    set { scheduler.isHandingOut = newValue }
  }

  /// Whether every interferogram has an outcome, or draining is complete; the last outcomes may be unwritten.
  public var isFinished: Bool { scheduler.isFinished }

  /// Whether everything the job asks for has an outcome.
  public var isComplete: Bool { counts.open <= plan.leftCount }

  /// Number of ledger transactions so far.
  package var batchCount: Int { nextBatch - 1 }

  /// Whether everything decided is durable and acknowledged.
  public var isSettled: Bool { batchInFlight == nil && batch.isEmpty && afterBatch.acknowledgements.isEmpty }

  /// Handles one input and returns the instructions it requires.
  ///
  /// - Parameters:
  ///   - input: the event.
  ///   - now: on a monotonic clock.
  ///   - time: milliseconds since 1970, stored in the ledger only.
  /// - Returns: instructions, in order.
  public mutating func handle(_ input: Input, at now: Instant, time: Int64) -> [Instruction] {
    var step = Step(now: now, time: time)
    switch input {
    case .message(let message, let peer):
      peers[peer]?.heardAt = now
      take(message, from: peer, &step)
    case .written(let receipt): settle(receipt, &step)
    case .processStarted(let pid, let slot): ownProcesses[pid] = OwnProcess(slot: slot)
    case .processEnded(let pid, let loss): lose(pid: pid, loss, &step)
    case .tick:
      schedule(.tick, &step)
      endIfArchiveIsLost(&step)
      // Without writes a coordinator would never notice that another one has taken over.
      isCheckDue = now.seconds(since: wroteAt ?? now) >= settings.limits.silenceSeconds
      wroteAt = wroteAt ?? now
      forgetStrangers(now)
    case .drain:
      schedule(.drain, &step)
      for peer in peers.keys.sorted() { step.send(.drain(Volcsweep_Drain()), to: peer) }
    }
    return step.instructions
  }

  /// Messages that tell every worker to exit, at the end of the sweep.
  public func farewells() -> [Instruction] {
    var drain = Volcsweep_Drain()
    drain.isOver = isComplete
    return peers.keys.sorted().map { .send(Volcsweep_ToWorker(.drain(drain)), to: $0) }
  }

  /// Whether ``takeBatch()`` would return a batch.
  public var hasBatch: Bool {
    batchInFlight == nil
      && (!batch.isEmpty || !afterBatch.acknowledgements.isEmpty || isCheckDue || !investigations.isEmpty)
  }

  /// The collected writes, unless another batch is being written; `nil` if there are none.
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
      // The worker that made the plan says Ready again and then joins, as do those that wait for it.
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

  /// A worker that said goodbye, was evicted or banned does not count as a loss.
  mutating func lose(_ id: PeerID, _ loss: Loss, _ step: inout Step) {
    guard let peer = peers.removeValue(forKey: id), let worker = peer.worker else { return }
    step.report(.warning, "worker lost", ["worker": "\(peer.name)", "cause": "\(loss.cause)"])
    step.cause = loss.cause
    schedule(.workerLost(worker, loss), &step)
    stays[worker] = nil
  }

  /// An evicted worker that does not reconnect is forgotten after 4 × `silence-seconds`.
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

  /// Adds a result's outcomes to the next batch, to be acknowledged after it.
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

  /// Whether a result is being written, with its acknowledgement to follow.
  func isBeingWritten(_ lease: Lease, from peer: PeerID) -> Bool {
    afterBatch.holds(lease, from: peer) || batchInFlight?.then.holds(lease, from: peer) == true
  }

  mutating func compare(_ lease: Lease) { compared.insert(lease) }

  /// Assigns these units only once they are durable.
  mutating func holdBack(_ units: [UnitID]) { afterBatch.units.formUnion(units) }

  mutating func keep(_ transition: LoggedTransition) { batch.transitions.append(transition) }

  mutating func keep(_ blame: UnitBlame) { batch.blames.append(blame) }

  mutating func keep(_ split: UnitSplit) {
    batch.splits.append(split)
    afterBatch.units.formUnion(split.children.map(\.id))
  }

  /// Sends an assignment once its unit is durable: a successor that did not know the unit could not use its
  /// results, and might reuse its number. A worker's assignments stay in order.
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

  /// Adds a plan to the next batch; workers of its kind get it once it is durable.
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
