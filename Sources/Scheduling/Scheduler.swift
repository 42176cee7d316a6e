import DequeModule

/// Who does what next, as a pure state machine: events in, actions out; no clock, socket, disk or randomness.
///
/// Units are executed at least once and recorded exactly once: the first valid result of a unit wins, whatever its
/// attempt, because an interferogram's result depends on its pixels, the model and the plan alone. An attempt number
/// tells a lease from its successors, so that a late message never changes what a newer lease holds.
///
/// What costs its worker is found by halving: a unit that lost ``SchedulingLimits/lossesBeforeSplit`` workers is cut
/// in two, and only an interferogram that stands alone and lost ``SchedulingLimits/lossesBeforeQuarantine`` workers
/// is quarantined. Only the unit that was being computed is blamed, never what lay in the worker's window.
public struct Scheduler: Sendable {
  public let limits: SchedulingLimits
  /// Interferograms without an outcome.
  public private(set) var remainingInterferograms = 0
  public private(set) var isDraining = false
  /// Whether units are handed out; a coordinator that cannot keep results stops it for a while.
  public var isHandingOut = true
  public private(set) var isFinished = false

  var units: [UnitID: UnitState] = [:]
  var workers: [WorkerID: WorkerState] = [:]
  var pending = PendingUnits()
  private var nextUnit: UnitID
  let epoch: Int
  /// Workers with room, by the number of leases they held when they were noted.
  private var roomy: [Deque<WorkerID>]

  struct UnitState: Sendable {
    var unit: WorkUnit
    var attempts = 0
    var blame = 0
    var holders: [WorkerID: Int] = [:]
  }

  struct WorkerState: Sendable {
    var leases: [Lease] = []
    var computing: Lease?
    var progress: UInt64 = 0
    var progressAt: Instant
    var heardAt: Instant
    var leasedAt: [Lease: Instant] = [:]
    var stack: Int?
  }

  /// A scheduler over units that nobody has.
  ///
  /// - Parameters:
  ///   - epoch: the coordinator's, for its leases.
  ///   - units: what is open; their numbers are at least 1 and unique.
  ///   - nextUnit: the first number that no unit of this sweep ever had.
  ///   - parents: of every unit that was split off another, the other.
  ///   - limits: what it holds itself and its workers to.
  public init(
    epoch: Int, units: [PlannedUnit], nextUnit: UnitID, parents: [UnitID: UnitID] = [:],
    limits: SchedulingLimits = SchedulingLimits()
  ) {
    self.epoch = epoch
    self.nextUnit = nextUnit
    self.limits = limits
    roomy = Array(repeating: [], count: limits.window)
    for planned in units {
      let unit = planned.unit
      precondition(self.units[unit.id] == nil, "a unit's number is unique")
      self.units[unit.id] = UnitState(unit: unit, blame: planned.blame)
      pending.append(unit.id, stack: unit.stack)
      remainingInterferograms += unit.interferograms.count
    }
  }

  /// Number of workers that hold or may be handed leases.
  public var workerCount: Int { workers.count }

  /// Number of leases out.
  public var leaseCount: Int { workers.values.reduce(0) { $0 + $1.leases.count } }

  /// Takes one event and tells what to do about it.
  public mutating func handle(_ event: Event, at now: Instant) -> [Action] {
    var actions: [Action] = []
    switch event {
    case .workerJoined(let worker): join(worker, now, &actions)
    case .heartbeat(let worker, _, let computing, let progress): beat(worker, computing, progress, now, &actions)
    case .result(let worker, let lease, let finished): complete(worker, lease, finished, now, &actions)
    case .workerLost(let worker, let loss): lose(worker, loss, &actions)
    case .workerLeft(let worker): leave(worker, &actions)
    case .tick:
      evictSilentAndStalled(now, &actions)
      copyOldestLeases(now, &actions)
    case .drain: isDraining = true
    }
    fillWindows(now, &actions)
    finishIfDone(&actions)
    return actions
  }

  private mutating func join(_ worker: WorkerID, _ now: Instant, _ actions: inout [Action]) {
    guard workers[worker] == nil else { return }
    guard workers.count < limits.maximumWorkers else {
      actions.append(.refuse(worker, reason: "this sweep has its \(limits.maximumWorkers) workers already"))
      return
    }
    workers[worker] = WorkerState(progressAt: now, heardAt: now)
    noteRoom(worker)
  }

  private mutating func beat(
    _ worker: WorkerID, _ computing: Lease?, _ progress: UInt64, _ now: Instant, _ actions: inout [Action]
  ) {
    guard var state = workers[worker] else { return }
    state.heardAt = now
    if state.computing != computing || state.progress != progress || computing == nil { state.progressAt = now }
    state.computing = computing
    state.progress = progress
    workers[worker] = state
  }

  private mutating func complete(
    _ worker: WorkerID, _ lease: Lease, _ finished: [InterferogramNumber], _ now: Instant,
    _ actions: inout [Action]
  ) {
    if var state = workers[worker] {
      state.heardAt = now
      state.progressAt = now
      state.leases.removeAll { $0 == lease }
      state.leasedAt[lease] = nil
      if state.computing == lease { state.computing = nil }
      workers[worker] = state
      noteRoom(worker)
    }
    guard var unit = units[lease.unit] else {
      actions.append(.record(worker, lease, new: [], decided: finished))
      return
    }
    let wasHeld = !unit.holders.isEmpty
    if unit.holders[worker] == lease.attempt { unit.holders[worker] = nil }
    let decided = Set(finished)
    let open = unit.unit.interferograms
    let recorded = open.filter(decided.contains)
    let rest = open.filter { !decided.contains($0) }
    actions.append(.record(worker, lease, new: recorded, decided: finished.filter { !open.contains($0) }))
    remainingInterferograms -= recorded.count
    if rest.isEmpty {
      retire(unit, &actions)
      return
    }
    unit.unit = WorkUnit(id: unit.unit.id, stack: unit.unit.stack, interferograms: rest)
    units[lease.unit] = unit
    if wasHeld && unit.holders.isEmpty { pending.prepend(lease.unit, stack: unit.unit.stack) }
  }

  /// Ends a unit: whoever still holds it is told, and one that nobody holds leaves the queue when its turn comes.
  private mutating func retire(_ unit: UnitState, _ actions: inout [Action]) {
    units[unit.unit.id] = nil
    for (worker, attempt) in unit.holders.sorted(by: { $0.key < $1.key }) {
      let lease = Lease(epoch: epoch, unit: unit.unit.id, attempt: attempt)
      workers[worker]?.leases.removeAll { $0 == lease }
      workers[worker]?.leasedAt[lease] = nil
      noteRoom(worker)
      actions.append(.revoke(worker, lease))
    }
  }

  private mutating func leave(_ worker: WorkerID, _ actions: inout [Action]) {
    guard let state = workers.removeValue(forKey: worker) else { return }
    for lease in state.leases.reversed() { putBack(lease, from: worker) }
  }

  private mutating func lose(_ worker: WorkerID, _ loss: Loss, _ actions: inout [Action]) {
    guard let state = workers.removeValue(forKey: worker) else { return }
    // A worker computes its leases in order: without a beat that names another, it is at the first.
    let blamed =
      (loss.computing ?? state.computing).flatMap { state.leases.contains($0) ? $0 : nil } ?? state.leases.first
    for lease in state.leases.reversed() where lease != blamed { putBack(lease, from: worker) }
    if let blamed { blame(blamed, on: worker, loss, &actions) }
  }

  private mutating func putBack(_ lease: Lease, from worker: WorkerID) {
    guard var unit = units[lease.unit], unit.holders[worker] == lease.attempt else { return }
    unit.holders[worker] = nil
    units[lease.unit] = unit
    if unit.holders.isEmpty { pending.prepend(lease.unit, stack: unit.unit.stack) }
  }

  private mutating func blame(_ lease: Lease, on worker: WorkerID, _ loss: Loss, _ actions: inout [Action]) {
    guard var unit = units[lease.unit] else { return }
    unit.holders[worker] = nil
    unit.blame += loss.evidence == .strong ? limits.faintLossesPerLoss : 1
    actions.append(.blame(lease.unit, blame: unit.blame))
    units[lease.unit] = unit
    let numbers = unit.unit.interferograms
    if numbers.count == 1 {
      guard unit.blame >= limits.lossesBeforeQuarantine * limits.faintLossesPerLoss else {
        return requeueIfFree(unit)
      }
      actions.append(.quarantine(numbers[0], worker, lease, cause: loss.cause))
      remainingInterferograms -= 1
      retire(unit, &actions)
    } else if unit.blame >= limits.lossesBeforeSplit * limits.faintLossesPerLoss {
      retire(unit, &actions)
      let middle = numbers.count / 2
      var halves: [WorkUnit] = []
      let blame = (limits.lossesBeforeSplit - 1) * limits.faintLossesPerLoss
      for half in [numbers[middle...], numbers[..<middle]] { halves.append(split(Array(half), of: unit, blame)) }
      actions.append(.split(unit.unit.id, into: halves, blame: blame))
    } else {
      requeueIfFree(unit)
    }
  }

  private mutating func requeueIfFree(_ unit: UnitState) {
    if unit.holders.isEmpty { pending.prepend(unit.unit.id, stack: unit.unit.stack) }
  }

  private mutating func split(_ numbers: [InterferogramNumber], of parent: UnitState, _ blame: Int) -> WorkUnit {
    let unit = WorkUnit(id: nextUnit, stack: parent.unit.stack, interferograms: numbers)
    nextUnit += 1
    // A half is under suspicion: its next loss splits it again. What stands alone starts afresh.
    units[unit.id] = UnitState(unit: unit, blame: numbers.count > 1 ? blame : 0)
    pending.prepend(unit.id, stack: unit.stack)
    return unit
  }

  private mutating func evictSilentAndStalled(_ now: Instant, _ actions: inout [Action]) {
    for worker in workers.keys.sorted() {
      guard let state = workers[worker] else { continue }
      let silence = now.seconds(since: state.heardAt)
      let stall = state.computing == nil ? 0 : now.seconds(since: state.progressAt)
      let (cause, evidence): (String, Loss.Evidence)
      if silence > limits.silenceSeconds {
        (cause, evidence) = ("silent for \(Int(silence)) s", .faint)
      } else if stall > limits.stallSeconds {
        (cause, evidence) = ("no progress for \(Int(stall)) s", .strong)
      } else {
        continue
      }
      actions.append(.evict(worker, cause: cause))
      lose(worker, Loss(evidence, cause: cause), &actions)
    }
  }

  /// Every worker gets its first lease before any gets its second.
  private mutating func fillWindows(_ now: Instant, _ actions: inout [Action]) {
    guard !isDraining, !isFinished, isHandingOut else { return }
    for held in 0..<limits.window {
      while !pending.isEmpty, let worker = roomy[held].popFirst() {
        guard let state = workers[worker], state.leases.count == held else { continue }
        guard let unit = nextPending(preferring: state.stack) else {
          roomy[held].prepend(worker)
          break
        }
        lease(unit, to: worker, now, &actions)
      }
    }
  }

  /// Notes that a worker has room; the note holds for as long as its number of leases stays the same.
  private mutating func noteRoom(_ worker: WorkerID) {
    guard let held = workers[worker]?.leases.count, held < limits.window else { return }
    roomy[held].append(worker)
  }

  private mutating func nextPending(preferring stack: Int?) -> UnitID? {
    while let unit = pending.next(preferring: stack) {
      if units[unit] != nil { return unit }
    }
    return nil
  }

  /// Near the end idle workers run copies of the oldest leases.
  private mutating func copyOldestLeases(_ now: Instant, _ actions: inout [Action]) {
    guard pending.isEmpty, !isDraining, !isFinished, isHandingOut else { return }
    var idle = workers.keys.filter { workers[$0]?.leases.isEmpty == true }.sorted()[...]
    guard !idle.isEmpty else { return }
    var old = workers.values.flatMap { $0.leasedAt.map { (since: $0.value, unit: $0.key.unit) } }
    old.removeAll { now.seconds(since: $0.since) < limits.copyAfterSeconds }
    old.sort { ($0.since, $0.unit) < ($1.since, $1.unit) }
    for (_, id) in old {
      guard let worker = idle.first else { return }
      guard let unit = units[id], unit.holders.count < limits.copies else { continue }
      lease(id, to: worker, now, &actions)
      idle.removeFirst()
    }
  }

  private mutating func lease(_ id: UnitID, to worker: WorkerID, _ now: Instant, _ actions: inout [Action]) {
    guard var unit = units[id], var state = workers[worker] else { return }
    unit.attempts += 1
    unit.holders[worker] = unit.attempts
    let lease = Lease(epoch: epoch, unit: id, attempt: unit.attempts)
    if state.leases.isEmpty { state.progressAt = now }
    state.leases.append(lease)
    state.leasedAt[lease] = now
    state.stack = unit.unit.stack
    units[id] = unit
    workers[worker] = state
    noteRoom(worker)
    actions.append(.assign(worker, unit.unit, lease))
  }

  private mutating func finishIfDone(_ actions: inout [Action]) {
    guard !isFinished else { return }
    let isDrained = isDraining && workers.values.allSatisfy { $0.leases.isEmpty }
    guard remainingInterferograms == 0 || isDrained else { return }
    isFinished = true
    actions.append(.finish)
  }
}
