import HeapModule

/// Decides which worker computes what, as a pure state machine: events in, actions out; no clock, sockets, disk
/// or randomness.
///
/// Units are executed at least once and recorded exactly once: the first valid result of an interferogram wins,
/// whatever its epoch, attempt and unit, because it depends only on the pixels, the model and the plan. Epoch
/// and attempt distinguish a lease from its successors, so that a late message never changes what a newer lease
/// holds.
///
/// Interferograms that kill or hang workers are found by bisection: a unit that lost
/// ``SchedulingLimits/lossesBeforeSplit`` workers is split in halves, and an interferogram that, alone in its
/// unit, lost ``SchedulingLimits/lossesBeforeQuarantine`` workers is quarantined. Only the unit being computed
/// is blamed, never others in the worker's window.
///
/// No event takes time proportional to workers or units: deadlines are in a heap, workers with room and units
/// that may be copied in linked lists, units in an array by slot.
public struct Scheduler: Sendable {
  /// The coordinator's epoch; leases of other epochs are not this scheduler's.
  public let epoch: Int
  /// The limits it applies.
  public let limits: SchedulingLimits
  /// Interferograms without an outcome.
  public internal(set) var remainingInterferograms = 0
  /// Whether it assigns nothing more and waits for active leases.
  public private(set) var isDraining = false
  /// Whether units are assigned; a coordinator that cannot store results clears it for a while.
  public var isHandingOut = true
  /// Whether ``Action/finish`` was returned.
  public private(set) var isFinished = false
  /// The number of the next unit made by a split.
  public internal(set) var nextUnit: UnitID

  var units: [UnitState] = []
  var slots: [UnitID: Int32] = [:]
  /// The unit that each half was split from, across all epochs.
  var parents: [UnitID: UnitID]
  var plan = OpenInterferograms()
  /// Open units that nobody holds.
  var waitingUnits = 0
  var pending = PendingUnits()
  /// Units with fewer holders than allowed, the one leased longest ago first.
  var copyable = IndexLists(lists: 1)

  var workers: [WorkerState?] = []
  var freeWorkers: [Int32] = []
  var workerSlots: [WorkerID: Int32] = [:]
  var banned: Latest<WorkerID>
  /// Workers with room, by number of leases, those with room for longest first.
  var roomy: IndexLists
  /// Number of workers that ever joined.
  var generations: Int32 = 0

  var troubles = TroubleBook()
  var pool = LeasePool()
  /// Worker deaths, by the open unit's slot.
  var trails: [Int32: Trail] = [:]
  /// Rejections that wait for confirmation, by the open unit's slot.
  var claims: [Int32: [Claim]] = [:]
  /// Waiting units with deaths or claims, the longest waiting first.
  var picky: [Int32] = []
  /// Health by machine and slot.
  var seats: [Int: [Int: SeatHealth]] = [:]
  /// Workers whose slot is paused.
  var resting: Set<Int32> = []
  /// Workers that may get units, counted by machine, slot and key.
  var ableWorkers = 0
  var ableHosts: [Int: Int] = [:]
  var ableSeats: [WorkerSeat: Int] = [:]
  var ableKeys: [Int: Int] = [:]
  /// Interferograms that were scored, with their unit's slot: at most ``SchedulingLimits/probes``.
  var proven: [(slot: Int32, number: InterferogramNumber)] = []
  var nextProven = 0
  /// Leases whose results are only compared, by their index in the pool.
  var errands: [Int32: Errand] = [:]
  let checks: CheckChoice
  var waitingChecks: [SpotCheck] = []
  /// Checks that wait for their unit to complete, by its slot.
  var deferredChecks: [Int32: [SpotCheck]] = [:]
  /// Results of checks that are being compared.
  var verdicts: [Lease: (SpotCheck, SpotCheck.Party)] = [:]
  /// Since when only checks are left and none of them is assigned.
  var checksRestSince: Int64?
  /// Banned workers whose results were requested from the caller.
  var investigations: Set<WorkerID> = []
  var deadlines = Heap<Deadline>()
  /// Nanoseconds of operation, without pauses of the coordinator.
  var clock: Int64 = 0
  private var last: Instant?
  let durations: Durations

  /// A scheduler for one coordinator session; no unit is held at first.
  ///
  /// - Parameters:
  ///   - epoch: this coordinator's epoch.
  ///   - planned: all units with open interferograms; numbers of units and interferograms are unique.
  ///   - nextUnit: a number above those of all units the sweep ever had.
  ///   - proven: units with interferograms scored in earlier epochs, to be recomputed as probes of suspected
  ///     slots.
  ///   - parents: the parent of each unit that came from a split, ended ones included.
  ///   - limits: the limits to apply.
  public init(
    epoch: Int, units planned: [PlannedUnit], nextUnit: UnitID, proven: [WorkUnit] = [],
    parents: [UnitID: UnitID] = [:],
    limits: SchedulingLimits = SchedulingLimits()
  ) {
    precondition(limits.window > 0 && limits.copies > 0, "a worker holds one lease at least, a unit has one holder")
    precondition(limits.longestWindow >= limits.window, "a window grows from its least")
    self.epoch = epoch
    self.limits = limits
    self.nextUnit = nextUnit
    self.parents = parents
    durations = Durations(limits)
    roomy = IndexLists(lists: limits.longestWindow)
    banned = Latest(limit: limits.maximumBanned)
    checks = CheckChoice(fraction: limits.checkFraction, seed: limits.checkSeed)
    units.reserveCapacity(planned.count)
    slots.reserveCapacity(planned.count)
    for unit in planned {
      precondition(unit.unit.id < nextUnit, "unit \(unit.unit.id) is below the next number, \(nextUnit)")
      if unit.parent != 0 { self.parents[unit.unit.id] = unit.parent }
      add(unit.unit, blame: unit.blame)
      remainingInterferograms += unit.unit.interferograms.count
    }
    for (slot, unit) in planned.enumerated() { recall(unit, Int32(slot)) }
    for slot in units.indices { enqueue(Int32(slot), isReturned: false) }
    for unit in proven { addProven(unit) }
  }

  /// Number of workers that hold or may get leases.
  public var workerCount: Int { workerSlots.count }

  /// Number of active leases.
  public var leaseCount: Int { pool.count }

  /// The unit that this one was split from; `nil` for a unit of the original plan.
  public func parent(of unit: UnitID) -> UnitID? { parents[unit] }

  /// Number of open units that nobody holds.
  public var waitingCount: Int { waitingUnits }

  /// Handles one event and returns the actions it requires, in order.
  public mutating func handle(_ event: Event, at now: Instant) -> [Action] {
    var actions: [Action] = []
    handle(event, at: now, into: &actions)
    return actions
  }

  /// Handles one event and appends the actions it requires, in order.
  public mutating func handle(_ event: Event, at now: Instant, into actions: inout [Action]) {
    advance(to: now)
    switch event {
    case .workerJoined(let worker, let seat): join(worker, seat, &actions)
    case .heartbeat(let worker, let holding, let computing, let progress):
      beat(worker, holding, computing, progress, &actions)
    case .result(let worker, let lease, let interferograms, let rejected, let trouble, let isDraining):
      take(worker, lease, interferograms, rejected, trouble, isDraining, &actions)
    case .verdict(let lease, let agrees): takeVerdict(lease, agrees: agrees, &actions)
    case .brought(let worker, let units): reopen(worker, units, &actions)
    case .archiveLost: giveUpAll(&actions)
    case .invalidResult(let worker, let lease, let reason): takeInvalid(worker, lease, reason, &actions)
    case .workerLost(let worker, let loss): lose(worker, loss, .lost, &actions)
    case .workerLeft(let worker): leave(worker, &actions)
    case .tick:
      meetDeadlines(&actions)
      copyOldestLeases(&actions)
    case .drain: isDraining = true
    }
    endRests()
    fillWindows(isTick: event == .tick, &actions)
    finishIfDone(&actions)
  }

  private mutating func advance(to now: Instant) {
    guard let last else {
      self.last = now
      return
    }
    guard now > last else { return }
    clock += min(now.nanoseconds - last.nanoseconds, durations.longestPause)
    self.last = now
  }

  private mutating func finishIfDone(_ actions: inout [Action]) {
    guard !isFinished, remainingInterferograms == 0 || isDraining && pool.count == 0 else { return }
    guard isDraining || !hasOpenChecks(&actions) else { return }
    if isDraining && !investigations.isEmpty { return }
    isFinished = true
    actions.append(.finish)
  }
}

/// The limits' seconds in nanoseconds.
struct Durations: Sendable {
  let silence: Int64
  let stall: Int64
  let unnamed: Int64
  let lease: Int64
  let copyAfter: Int64
  let pickiness: Int64
  let claim: Int64
  let barrenPauses: BarrenPauses
  let longestPause: Int64
  let ahead: Int64
  let retry: Int64
  let longestRetry: Int64
  let archive: Int64

  init(_ limits: SchedulingLimits) {
    silence = Int64(limits.silenceSeconds * 1e9)
    stall = Int64(limits.stallSeconds * 1e9)
    unnamed = Int64(limits.unnamedSeconds * 1e9)
    lease = Int64(limits.leaseSeconds * 1e9)
    copyAfter = Int64(limits.copyAfterSeconds * 1e9)
    claim = Int64(limits.claimSeconds * 1e9)
    pickiness = Int64(limits.pickinessSeconds * 1e9)
    barrenPauses = BarrenPauses(limits)
    longestPause = Int64(limits.longestPauseSeconds * 1e9)
    ahead = Int64(limits.aheadSeconds * 1e9)
    retry = Int64(limits.retrySeconds * 1e9)
    longestRetry = 16 * retry
    archive = Int64(limits.archiveSeconds * 1e9)
  }
}
