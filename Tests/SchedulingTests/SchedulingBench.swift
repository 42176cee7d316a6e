import Testing

@testable import Scheduling

/// A scheduler under test: every step checks that nothing is lost, held twice or recorded twice.
struct SchedulingBench {
  var scheduler: Scheduler
  var now = Instant(nanoseconds: 0)
  var recorded: [InterferogramNumber] = []
  var quarantined: [InterferogramNumber] = []
  var transitions: [Transition] = []
  var losses: [UnitID: [UnitLoss]] = [:]
  /// What a ledger would hold of each unit.
  var blame: [UnitID: Int] = [:]
  var parents: [UnitID: UnitID] = [:]

  /// Units of `size` interferograms, three of them a stack.
  init(units: Int, of size: Int = 4, limits: SchedulingLimits = SchedulingLimits()) {
    let planned = (0..<units).map { unit in
      PlannedUnit(
        unit: WorkUnit(
          id: UnitID(unit + 1), stack: unit / 3, interferograms: (0..<size).map { unit * size + $0 }))
    }
    scheduler = Scheduler(epoch: 1, units: planned, nextUnit: UnitID(units + 1), limits: limits)
  }

  init(_ scheduler: Scheduler) {
    self.scheduler = scheduler
  }

  @discardableResult mutating func step(
    _ event: Event, after seconds: Double = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) -> [Action] {
    now = now.advanced(bySeconds: seconds)
    let actions = scheduler.handle(event, at: now)
    for action in actions {
      switch action {
      case .record(_, _, let new, _): recorded += new
      case .quarantine(let number, _, _, _): quarantined.append(number)
      case .log(let transition): transitions.append(transition)
      case .blame(let unit, let blame): self.blame[unit] = blame
      case .losses(let unit, let losses): self.losses[unit] = losses
      case .split(let unit, let halves, let blame):
        for half in halves {
          parents[half.id] = unit
          self.blame[half.id] = blame
        }
      default: break
      }
    }
    #expect(scheduler.violations(after: event, actions: actions) == [], sourceLocation: sourceLocation)
    #expect(scheduler.invariantViolations() == [], sourceLocation: sourceLocation)
    return actions
  }

  /// Ticks every second, and lets each worker of `beating` beat with what it holds.
  @discardableResult mutating func wait(
    seconds: Int, beating: [WorkerID: [Lease]] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) -> [Action] {
    var actions: [Action] = []
    for _ in 0..<seconds {
      for (worker, leases) in beating.sorted(by: { $0.key < $1.key }) {
        actions += step(
          .heartbeat(worker, holding: leases, computing: leases.first, progress: UInt64(now.nanoseconds)),
          sourceLocation: sourceLocation)
      }
      actions += step(.tick, after: 1, sourceLocation: sourceLocation)
    }
    return actions
  }

  /// A worker that joins, if it has not yet, and crashes over its first lease. Each has a machine of its own by default.
  @discardableResult mutating func crash(_ worker: WorkerID, at seat: WorkerSeat? = nil) -> [Action] {
    step(.workerJoined(worker, at: seat ?? WorkerSeat(host: worker, slot: 1)))
    let first = scheduler.workerSlots[worker].flatMap { scheduler.workers[Int($0)]?.leases.first }
    let loss = Loss(.strong, cause: "signal 11", computing: first.map { scheduler.lease($0) })
    return step(.workerLost(worker, loss))
  }

  /// A worker that gets its leases. Each has a machine of its own by default.
  mutating func join(_ worker: WorkerID, at seat: WorkerSeat? = nil) -> [(
    worker: WorkerID, unit: WorkUnit, lease: Lease
  )] {
    step(.workerJoined(worker, at: seat ?? WorkerSeat(host: worker, slot: 1))).assignments
  }
}

extension [Action] {
  var assignments: [(worker: WorkerID, unit: WorkUnit, lease: Lease)] {
    compactMap {
      guard case .assign(let worker, let unit, let lease) = $0 else { return nil }
      return (worker, unit, lease)
    }
  }

  var withoutLog: [Action] {
    filter { if case .log = $0 { false } else { true } }
  }

  var isDisowned: Bool {
    contains { if case .disown = $0 { true } else { false } }
  }
}
