import FileReasons
import Messaging

import struct Scheduling.Lease

/// The worker as a pure state machine: inputs in, instructions out; no clock, socket or thread.
///
/// It keeps each result until the coordinator reports it as durable, through disconnections, restarts of the
/// coordinator and its own eviction: then it says Hello again and resends the results. Every message may be
/// lost, late or duplicated.
public struct WorkerMachine: Sendable {
  /// An event for the machine.
  public enum Input: Sendable {
    /// A message from the coordinator arrived.
    case message(Volcsweep_ToWorker)
    /// The compute thread has loaded the model of the latest terms. `plan` is its execution plan, as JSON.
    case loaded(planHash: String, plan: String)
    /// The compute thread cannot work at all.
    case failed(reason: String)
    /// The compute thread has completed a unit, or stopped within it.
    case computed(Volcsweep_UnitResult)
    /// The answer to ``Instruction/prove(stack:)``.
    case proved(stack: String, ArchiveProof)
    /// Time passed; `status` is the compute thread's activity.
    case tick(ComputeStatus)
    /// The worker is asked to leave.
    case drain
    /// The answer to ``Instruction/drainCompute``: the compute thread has dropped all but what is at hand.
    case draining(atHand: Lease?)
    /// The process that started this one has ended.
    case orphaned
  }

  /// Something for the caller to do.
  public enum Instruction: Sendable {
    /// Send a message to the coordinator.
    case send(Volcsweep_ToCoordinator)
    /// Load the model of these terms.
    case begin(SweepTerms)
    /// Read this stack of the archive, and answer with ``Input/proved(stack:_:)``.
    case prove(stack: String)
    /// Compute a unit after those given before.
    case compute(Volcsweep_Assignment)
    /// Drop the unit, or stop it at the next interferogram.
    case cancel(Lease)
    /// Stop after the interferogram at hand and return what is finished of its unit; say what that is by
    /// ``Input/draining(atHand:)``.
    case drainCompute
    /// Write a warning to the log.
    case warn(String)
    case end(WorkerEnding)
  }

  /// State of the worker's session.
  enum Standing: Hashable, Sendable {
    /// It has said Hello, or is about to.
    case stranger
    /// It has the terms and loads the model, or examines the archive.
    case loading
    /// It has said Ready.
    case ready
  }

  /// The worker's Hello.
  public let introduction: Volcsweep_Hello
  /// Timeouts and limits.
  public let limits: WorkerLimits

  private(set) var standing = Standing.stranger
  private(set) var terms: SweepTerms?
  private var planHash: String?
  private var proof: ArchiveProof?
  /// It does not say Hello again before this moment, having been rejected for a while.
  private var awayUntil = -Double.infinity
  private var plan = ""
  /// Leases not yet computed, in the order they came; the first may be at hand.
  private(set) var queue: [Lease] = []
  /// Results without acknowledgement, in the order they were computed.
  private(set) var unacknowledged: UnacknowledgedResults
  private var status = ComputeStatus()
  private var hangWatch: HangWatch
  /// When it last heard from its coordinator.
  private(set) var heardAt: Double
  private var beatAt: Double
  private var drainedAt: Double?
  private var isComputeDraining = false
  private var orphanedAt: Double?
  private(set) var hasEnded = false

  /// - Parameters:
  ///   - introduction: the worker's Hello; protocol version and held leases are filled in here.
  ///   - limits: timeouts and limits.
  ///   - now: seconds on a monotonic clock.
  public init(introduction: Volcsweep_Hello, limits: WorkerLimits = WorkerLimits(), at now: Double) {
    var introduction = introduction
    introduction.protocolVersion = protocolVersion
    self.introduction = introduction
    self.limits = limits
    unacknowledged = UnacknowledgedResults(resendSeconds: limits.resendSeconds)
    hangWatch = HangWatch(longestPauseSeconds: limits.longestPauseSeconds)
    heardAt = now
    // The first tick sends the Hello.
    beatAt = -.infinity
  }

  /// Whether it has unacknowledged results.
  package var hasUndeliveredResults: Bool { !unacknowledged.isEmpty }

  /// Seconds between two heartbeats.
  public var beatSeconds: Double { terms?.heartbeatSeconds ?? 1 }

  /// Handles one input and returns the instructions it requires.
  public mutating func handle(_ input: Input, at now: Double) -> [Instruction] {
    guard !hasEnded else { return [] }
    var instructions: [Instruction] = []
    switch input {
    case .message(let message):
      heardAt = now
      take(message, now, &instructions)
    case .loaded(let hash, let plan):
      planHash = hash
      self.plan = plan
      if standing == .loading { prove(now, &instructions) }
    case .proved(let stack, let proof):
      guard standing == .loading, planHash != nil, stack == terms?.proofStack else { break }
      self.proof = proof
      if !proof.trouble.isEmpty {
        instructions.append(.warn("the archive cannot be read on this machine: \(proof.trouble)"))
      }
      becomeReady(now, &instructions)
    case .failed(let reason): end(.failed(reason), &instructions)
    case .computed(let result): keep(result, now, &instructions)
    case .tick(let status):
      self.status = status
      hangWatch.look(at: status, now: now)
      passTime(now, &instructions)
    case .drain: drain(now, &instructions)
    case .draining(let atHand):
      isComputeDraining = true
      queue.removeAll { $0 != atHand }
    case .orphaned:
      guard orphanedAt == nil else { break }
      orphanedAt = now
      drain(now, &instructions)
    }
    endIfDone(now, &instructions)
    return instructions
  }

  private mutating func take(_ message: Volcsweep_ToWorker, _ now: Double, _ instructions: inout [Instruction]) {
    switch message.body {
    case .welcome(let welcome): meet(welcome, now, &instructions)
    case .refusal(let refusal):
      guard refusal.retrySeconds > 0 else {
        return end(.failed("refused by the coordinator: \(refusal.reason)"), &instructions)
      }
      stepBack(refusal, now, &instructions)
    case .reintroduction:
      // If asked repeatedly while a Hello is under way, it answers no faster than its heartbeats.
      guard now >= awayUntil, standing != .stranger || now - beatAt >= beatSeconds else { return }
      standing = .stranger
      introduce(now, &instructions)
    case .assignment(let assignment): accept(assignment, &instructions)
    case .acknowledgement(let acknowledgement):
      for lease in acknowledgement.leases { unacknowledged.remove(Lease(lease)) }
    case .revocation(let revocation):
      // A result that is there is kept until it is acknowledged: nobody is harmed by one too many.
      let lease = Lease(revocation.lease)
      guard let index = queue.firstIndex(of: lease) else { return }
      queue.remove(at: index)
      instructions.append(.cancel(lease))
    case .drain(let request):
      if request.isOver { return end(.finished, &instructions) }
      drain(now, &instructions)
    case .pulse: break
    case .assignments, nil: instructions.append(.warn("a message of unknown type"))
    }
  }

  private mutating func meet(_ welcome: Volcsweep_Welcome, _ now: Double, _ instructions: inout [Instruction]) {
    let terms: SweepTerms
    do {
      terms = try SweepTerms(welcome)
    } catch {
      return end(.failed(SystemReason.text(error)), &instructions)
    }
    if let old = self.terms {
      // A welcome of an older coordinator that arrives after a newer one's is ignored.
      guard old.sweepID != terms.sweepID || terms.epoch >= old.epoch else { return }
      if old.sweepID != terms.sweepID {
        forgetEverything(&instructions)
      } else if old.epoch != terms.epoch {
        // The new coordinator reassigns waiting units; the current one may still finish first.
        for lease in queue where lease != status.computing { instructions.append(.cancel(lease)) }
        queue.removeAll { $0 != status.computing }
      }
      guard old != terms || standing == .stranger else { return }
      let isLoaded = planHash != nil && terms.isServed(byNetworkOf: old, plan: plan)
      self.terms = terms
      if isLoaded { return prove(now, &instructions) }
    }
    self.terms = terms
    guard orphanedAt == nil else { return becomeReady(now, &instructions) }
    planHash = nil
    standing = .loading
    instructions.append(.begin(terms))
  }

  private mutating func forgetEverything(_ instructions: inout [Instruction]) {
    for lease in queue { instructions.append(.cancel(lease)) }
    queue.removeAll()
    unacknowledged.removeAll()
    planHash = nil
  }

  /// Returns units not computed yet, keeps its results, and says Hello again after a while.
  private mutating func stepBack(
    _ refusal: Volcsweep_Refusal, _ now: Double, _ instructions: inout [Instruction]
  ) {
    instructions.append(.warn("the coordinator assigns no units to this worker for now: \(refusal.reason)"))
    for lease in queue { instructions.append(.cancel(lease)) }
    queue.removeAll()
    standing = .stranger
    awayUntil = now + min(max(refusal.retrySeconds, 0.05), limits.longestAwaySeconds)
  }

  /// Examines the archive if required, before it says Ready.
  private mutating func prove(_ now: Double, _ instructions: inout [Instruction]) {
    proof = nil
    guard let stack = terms?.proofStack, !stack.isEmpty else { return becomeReady(now, &instructions) }
    standing = .loading
    instructions.append(.prove(stack: stack))
  }

  private mutating func becomeReady(_ now: Double, _ instructions: inout [Instruction]) {
    standing = .ready
    beatAt = now
    var ready = Volcsweep_Ready()
    ready.planHash = planHash ?? ""
    if let proof {
      ready.archiveIdentity = proof.identity
      ready.archiveTrouble = String(proof.trouble.prefix(1000))
    }
    if terms?.makesPlan == true { ready.plan = plan }
    instructions.append(.send(Volcsweep_ToCoordinator(.ready(ready))))
    for result in unacknowledged.takeDue(at: now, all: true) { send(result, &instructions) }
  }

  private mutating func accept(_ assignment: Volcsweep_Assignment, _ instructions: inout [Instruction]) {
    let lease = assignment.lease
    guard let terms, standing == .ready, lease.epoch == terms.epoch, drainedAt == nil else { return }
    guard !queue.contains(lease), !unacknowledged.contains(lease) else { return }
    guard queue.count < limits.maximumQueue else {
      return instructions.append(.warn("more than \(limits.maximumQueue) units at once: one was refused"))
    }
    queue.append(lease)
    instructions.append(.compute(assignment))
  }

  private mutating func keep(_ result: Volcsweep_UnitResult, _ now: Double, _ instructions: inout [Instruction]) {
    // The result belongs to a withdrawn lease, or to another sweep.
    guard let index = queue.firstIndex(of: result.lease) else { return }
    queue.remove(at: index)
    if status.computing == result.lease { status.computing = nil }
    var result = result
    result.draining = drainedAt != nil
    unacknowledged.insert(result, at: now)
    if standing == .ready { send(result, &instructions) }
  }

  private mutating func passTime(_ now: Double, _ instructions: inout [Instruction]) {
    if now - heardAt >= limits.timeoutSeconds {
      return end(
        .lost("no message from the coordinator for \(Int(limits.timeoutSeconds)) s"), &instructions)
    }
    if endIfHung(&instructions) { return }
    if standing == .ready {
      for result in unacknowledged.takeDue(at: now) { send(result, &instructions) }
    }
    guard now - beatAt >= beatSeconds else { return }
    switch standing {
    case .stranger: if now >= awayUntil { introduce(now, &instructions) }
    case .loading: beatAt = now
    case .ready: beat(now, &instructions)
    }
  }

  /// Whether the compute thread hangs. Other workers recompute what this one has not delivered: its own next
  /// unit would wait behind one that never ends.
  private mutating func endIfHung(_ instructions: inout [Instruction]) -> Bool {
    guard let stall = terms?.stallSeconds,
      hangWatch.seconds >= stall + limits.hangMarginSeconds + 2 * beatSeconds
    else { return false }
    let doing = status.interferogram > 0 ? ", \(status.stage), interferogram \(status.interferogram)" : ""
    let unit = status.computing.map { "unit \($0.unit), attempt \($0.attempt)" } ?? "no unit"
    let reason =
      "no progress for \(Int(hangWatch.seconds)) s with \(unit)\(doing): "
      + "the sweep's stall-seconds is \(Int(stall)) s; start the worker again"
    var goodbye = Volcsweep_Goodbye()
    goodbye.reason = reason
    instructions.append(.send(Volcsweep_ToCoordinator(.goodbye(goodbye))))
    end(.hung(reason), &instructions)
    return true
  }

  private func send(_ result: Volcsweep_UnitResult, _ instructions: inout [Instruction]) {
    instructions.append(.send(Volcsweep_ToCoordinator(.result(result))))
  }

  private mutating func introduce(_ now: Double, _ instructions: inout [Instruction]) {
    beatAt = now
    var hello = introduction
    hello.deliversOnly = orphanedAt != nil
    instructions.append(.send(Volcsweep_ToCoordinator(.hello(hello))))
  }

  private mutating func beat(_ now: Double, _ instructions: inout [Instruction]) {
    beatAt = now
    var heartbeat = Volcsweep_Heartbeat()
    if let lease = status.computing, lease.epoch == terms?.epoch { heartbeat.computing = Volcsweep_Lease(lease) }
    // The coordinator knows no leases of its predecessors.
    heartbeat.holding = (queue + unacknowledged.leases).filter { $0.epoch == terms?.epoch }.map(
      Volcsweep_Lease.init)
    heartbeat.progress = status.progress
    heartbeat.residentBytes = status.residentBytes
    heartbeat.stage = status.stage
    heartbeat.interferogram = status.interferogram
    instructions.append(.send(Volcsweep_ToCoordinator(.heartbeat(heartbeat))))
  }

  private mutating func drain(_ now: Double, _ instructions: inout [Instruction]) {
    guard drainedAt == nil else { return }
    drainedAt = now
    instructions.append(.drainCompute)
  }

  private mutating func endIfDone(_ now: Double, _ instructions: inout [Instruction]) {
    guard !hasEnded, let drainedAt else { return }
    let timeoutSeconds = orphanedAt == nil ? limits.drainSeconds : limits.orphanSeconds
    let isIdle = isComputeDraining && queue.isEmpty && unacknowledged.isEmpty
    guard isIdle || now - drainedAt > timeoutSeconds else { return }
    instructions.append(.send(Volcsweep_ToCoordinator(.goodbye(Volcsweep_Goodbye()))))
    end(orphanedAt == nil ? .finished : .failed("the coordinator process has exited"), &instructions)
  }

  private mutating func end(_ ending: WorkerEnding, _ instructions: inout [Instruction]) {
    hasEnded = true
    instructions.append(.end(ending))
  }
}
