import Testing

@testable import Scheduling

/// A scheduler under test: every step checks that nothing is lost or held twice.
private struct Bench {
  var scheduler: Scheduler
  var now = Instant(nanoseconds: 0)
  var recorded: [InterferogramNumber] = []
  var quarantined: [InterferogramNumber] = []

  init(units: Int, of size: Int = 4, limits: SchedulingLimits = SchedulingLimits()) {
    scheduler = Scheduler(
      epoch: 1,
      units: (0..<units).map { unit in
        PlannedUnit(
          unit: WorkUnit(
            id: UnitID(unit + 1), stack: unit / 3,
            interferograms: (0..<size).map { unit * size + $0 }))
      }, nextUnit: UnitID(units + 1), limits: limits)
  }

  @discardableResult mutating func step(_ event: Event, after seconds: Double = 0) -> [Action] {
    now = now.advanced(bySeconds: seconds)
    let actions = scheduler.handle(event, at: now)
    for action in actions {
      if case .record(_, _, let numbers, _) = action { recorded += numbers }
      if case .quarantine(let number, _, _, _) = action { quarantined.append(number) }
    }
    #expect(scheduler.invariantViolations() == [])
    return actions
  }
}

extension [Action] {
  fileprivate var assignments: [(worker: WorkerID, unit: WorkUnit, lease: Lease)] {
    compactMap {
      guard case .assign(let worker, let unit, let lease) = $0 else { return nil }
      return (worker, unit, lease)
    }
  }
}

@Suite struct SchedulerTests {
  @Test func everyWorkerGetsItsFirstLeaseBeforeAnyGetsItsSecond() {
    var bench = Bench(units: 3)
    let first = bench.step(.workerJoined(1)).assignments
    #expect(first.count == 2)
    let second = bench.step(.workerJoined(2)).assignments
    #expect(second.count == 1)
    #expect(second.first?.worker == 2)
  }

  @Test func aResultIsRecordedOnceAndItsLateCopyOnlyAcknowledged() throws {
    var bench = Bench(units: 1)
    let assigned = try #require(bench.step(.workerJoined(1)).assignments.first)
    let numbers = assigned.unit.interferograms
    let actions = bench.step(.result(1, assigned.lease, interferograms: numbers))
    #expect(actions == [.record(1, assigned.lease, new: numbers, decided: []), .finish])
    let late = bench.step(.result(1, assigned.lease, interferograms: numbers))
    #expect(late == [.record(1, assigned.lease, new: [], decided: numbers)])
    #expect(bench.recorded.sorted() == numbers)
  }

  @Test func resultFromAnEvictedWorkerIsCountedOnce() throws {
    var bench = Bench(units: 1)
    let old = try #require(bench.step(.workerJoined(1)).assignments.first)
    #expect(bench.step(.tick, after: 31).contains(.evict(1, cause: "silent for 31 s")))
    let new = try #require(bench.step(.workerJoined(2)).assignments.first)
    #expect(new.lease.attempt == 2)
    let actions = bench.step(.result(1, old.lease, interferograms: old.unit.interferograms))
    #expect(actions.contains(.revoke(2, new.lease)))
    bench.step(.result(2, new.lease, interferograms: new.unit.interferograms))
    #expect(bench.recorded.sorted() == [0, 1, 2, 3])
  }

  @Test func aDrainedWorkersPartIsRecordedAndTheRestGoesToAnother() throws {
    var bench = Bench(units: 1)
    let old = try #require(bench.step(.workerJoined(1)).assignments.first)
    bench.step(.result(1, old.lease, interferograms: [0, 2]))
    bench.step(.workerLeft(1))
    let new = try #require(bench.step(.workerJoined(2)).assignments.first)
    #expect(new.unit.interferograms == [1, 3])
    #expect(bench.step(.result(2, new.lease, interferograms: [1, 3])).contains(.finish))
  }

  @Test func thePoisonInterferogramAloneIsQuarantinedAndOnlyItsOwnUnitIsBlamed() throws {
    var bench = Bench(units: 6, of: 16)
    let poison = 37
    var worker = 0
    var deaths = 0
    while !bench.scheduler.isFinished {
      worker += 1
      var held = bench.step(.workerJoined(worker)).assignments
      while let lease = held.first, !bench.scheduler.isFinished {
        if lease.unit.interferograms.contains(poison) {
          deaths += 1
          bench.step(.heartbeat(worker, holding: [lease.lease], computing: lease.lease, progress: 1), after: 0.1)
          bench.step(.workerLost(worker, Loss(.strong, cause: "signal 11")))
          break
        }
        held.removeFirst()
        held += bench.step(.result(worker, lease.lease, interferograms: lease.unit.interferograms)).assignments
      }
      try #require(worker < 100)
    }
    #expect(bench.quarantined == [poison])
    #expect(bench.recorded.sorted() == (0..<96).filter { $0 != poison })
    #expect(deaths <= 8)
  }

  @Test func aWorkerThatBeatsButDoesNotProgressIsEvictedAndBlamed() throws {
    var limits = SchedulingLimits()
    limits.stallSeconds = 60
    var bench = Bench(units: 1, of: 1, limits: limits)
    for worker in 1...3 {
      let lease = try #require(bench.step(.workerJoined(worker)).assignments.first?.lease)
      for _ in 0..<8 { bench.step(.heartbeat(worker, holding: [lease], computing: lease, progress: 5), after: 10) }
      bench.step(.tick)
    }
    #expect(bench.quarantined == [0])
    #expect(bench.scheduler.isFinished)
  }

  @Test func nearTheEndAnIdleWorkerCopiesTheOldestLeaseAndTheFirstResultWins() throws {
    var bench = Bench(units: 1)
    let old = try #require(bench.step(.workerJoined(1)).assignments.first)
    bench.step(.workerJoined(2))
    let copy = try #require(bench.step(.tick, after: 6).assignments.first)
    #expect(copy.worker == 2)
    #expect(copy.unit.id == old.unit.id)
    let actions = bench.step(.result(2, copy.lease, interferograms: copy.unit.interferograms))
    #expect(actions.contains(.revoke(1, old.lease)))
    #expect(actions.contains(.finish))
  }

  @Test func drainingHandsOutNothingAndEndsWhenNothingIsOut() throws {
    var bench = Bench(units: 5)
    let held = bench.step(.workerJoined(1)).assignments
    #expect(bench.step(.drain).isEmpty)
    #expect(bench.step(.workerJoined(2)).isEmpty)
    bench.step(.result(1, held[0].lease, interferograms: held[0].unit.interferograms))
    #expect(!bench.scheduler.isFinished)
    #expect(bench.step(.workerLeft(1)).contains(.finish))
  }

  @Test func aWorkerStaysWithItsStackWhileItHasUnits() {
    var bench = Bench(units: 9)
    var stacks: [Int] = []
    var held = bench.step(.workerJoined(1)).assignments
    while let lease = held.first {
      stacks.append(lease.unit.stack)
      held.removeFirst()
      held += bench.step(.result(1, lease.lease, interferograms: lease.unit.interferograms)).assignments
    }
    #expect(stacks == stacks.sorted())
    #expect(stacks.count == 9)
  }

  @Test func oneWorkerTooManyIsRefused() {
    var limits = SchedulingLimits()
    limits.maximumWorkers = 1
    var bench = Bench(units: 3, limits: limits)
    bench.step(.workerJoined(1))
    #expect(bench.step(.workerJoined(2)) == [.refuse(2, reason: "this sweep has its 1 workers already")])
  }

  @Test(arguments: 0..<300)
  func randomStoriesEndWithEveryInterferogramInOneOutcome(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    var bench = Bench(units: 1 + Int(random.next() % 20), of: 1 + Int(random.next() % 7))
    let total = bench.scheduler.remainingInterferograms
    var held: [WorkerID: [(unit: WorkUnit, lease: Lease)]] = [:]
    var late: [(WorkerID, WorkUnit, Lease)] = []
    var nextWorker = 0
    var steps = 0
    while !bench.scheduler.isFinished && steps < 20_000 {
      steps += 1
      var actions: [Action] = []
      let worker = held.keys.sorted().randomElement(using: &random)
      switch (random.next() % 10, worker) {
      case (0, _) where held.count < 5, (_, nil):
        nextWorker += 1
        held[nextWorker] = []
        actions = bench.step(.workerJoined(nextWorker))
      case (1, let worker?):
        for lease in held.removeValue(forKey: worker) ?? [] { late.append((worker, lease.unit, lease.lease)) }
        actions = bench.step(.workerLost(worker, Loss(.strong, cause: "signal 9")))
      case (2, _) where !late.isEmpty:
        let (worker, unit, lease) = late.removeFirst()
        actions = bench.step(.result(worker, lease, interferograms: unit.interferograms))
      case (3, _):
        actions = bench.step(.tick, after: Double(random.next() % 12))
      case (4, let worker?):
        held[worker] = nil
        actions = bench.step(.workerLeft(worker))
      case (_, let worker?):
        guard let lease = held[worker]?.first else { continue }
        held[worker]?.removeFirst()
        let part = lease.unit.interferograms.filter { _ in random.next() % 8 != 0 }
        actions = bench.step(.result(worker, lease.lease, interferograms: part))
      }
      for action in actions {
        switch action {
        case .assign(let worker, let unit, let lease): held[worker]?.append((unit, lease))
        case .revoke(let worker, let lease): held[worker]?.removeAll { $0.lease == lease }
        case .evict(let worker, _): held[worker] = nil
        default: break
        }
      }
    }
    #expect(bench.scheduler.isFinished, "seed \(seed)")
    #expect((bench.recorded + bench.quarantined).sorted() == Array(0..<total), "seed \(seed)")
  }
}

private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
