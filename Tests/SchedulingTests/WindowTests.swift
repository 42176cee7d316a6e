import Testing

@testable import Scheduling

/// How many leases a worker holds: so many that the way to its coordinator never idles it, and no more.
@Suite struct WindowTests {
  /// A worker that returns one unit after the other, each after so long, with what it holds then.
  private struct Runner {
    var bench: SchedulingBench
    var held: [(worker: WorkerID, unit: WorkUnit, lease: Lease)] = []

    init(units: Int, limits: SchedulingLimits = SchedulingLimits()) {
      bench = SchedulingBench(units: units, of: 1, limits: limits)
      held = bench.join(1)
    }

    mutating func compute(_ count: Int, secondsEach: Double) {
      for _ in 0..<count {
        let first = held.removeFirst()
        let result = Event.result(1, first.lease, interferograms: first.unit.interferograms)
        held += bench.step(result, after: secondsEach).assignments
      }
    }
  }

  @Test(arguments: [(5.0, 2), (0.06, 2), (0.01, 10), (0.002, 50), (0.0001, 64), (0, 64)])
  func aWindowHoldsATenthOfASecondOfUnitsWithinItsLimits(secondsEach: Double, leases: Int) {
    var runner = Runner(units: 400)
    #expect(runner.held.count == 2)
    runner.compute(200, secondsEach: secondsEach)
    // What the average has yet to forget of the beginning may cost one.
    #expect((leases - 1...leases).contains(runner.held.count), "\(runner.held.count)")
  }

  @Test func aFewShortUnitsMakeNoLongWindow() {
    var runner = Runner(units: 100)
    runner.compute(5, secondsEach: 0)
    #expect(runner.held.count == 2)
  }

  @Test func twoLongUnitsAreEnoughToHandOutNoMoreForALongTime() throws {
    var runner = Runner(units: 400)
    runner.compute(200, secondsEach: 0.0001)
    let before = runner.held.count
    try #require(before > 5)
    runner.compute(2, secondsEach: 10)
    #expect(runner.held.count == before - 2)
    runner.compute(before - 5, secondsEach: 10)
    #expect(runner.held.count == 3)
    runner.compute(10, secondsEach: 10)
    #expect(runner.held.count == 2)
  }

  @Test func aWindowThatTheJobSetsStaysAsItIs() {
    var limits = SchedulingLimits()
    (limits.window, limits.longestWindow) = (3, 3)
    var runner = Runner(units: 200, limits: limits)
    runner.compute(100, secondsEach: 0)
    #expect(runner.held.count == 3)
  }

  @Test func eachWorkerHasTheWindowOfItsOwnSpeed() {
    var runner = Runner(units: 400)
    runner.compute(200, secondsEach: 0.001)
    #expect(runner.bench.join(2).count == 2)
    #expect(runner.held.count == 64)
  }

  @Test func ofALongWindowOnlyWhatWasComputedIsBlamed() {
    var runner = Runner(units: 300)
    runner.compute(200, secondsEach: 0.001)
    let computing = runner.held[0].lease
    let all = runner.held.map(\.lease)
    runner.bench.step(.heartbeat(1, holding: all, computing: computing, progress: 1))
    runner.bench.step(.workerLost(1, Loss(.strong, cause: "signal 11", computing: computing)))
    #expect(runner.bench.blame.filter { $0.value > 0 }.map(\.key) == [computing.unit])
    #expect(runner.bench.scheduler.leaseCount == 0)
    #expect(runner.bench.scheduler.waitingCount == 100)
  }

  @Test func whatLiesBehindASlowUnitIsCopiedByThoseThatAreIdle() {
    var runner = Runner(units: 220)
    runner.compute(200, secondsEach: 0.001)
    #expect(runner.held.count == 20)
    #expect(runner.bench.join(2).isEmpty)
    var held: [(worker: WorkerID, unit: WorkUnit, lease: Lease)] = []
    var copied = 0
    let leases = runner.held.map(\.lease)
    while !runner.bench.scheduler.isFinished, copied < 100 {
      held += runner.bench.wait(seconds: 6, beating: [1: leases, 2: held.map(\.lease)]).assignments
        .filter { $0.worker == 2 }
      guard let copy = held.popLast() else { break }
      copied += 1
      held += runner.bench.step(.result(2, copy.lease, interferograms: copy.unit.interferograms)).assignments
    }
    #expect(copied == 20)
    #expect(runner.bench.recorded.count == 220 && Set(runner.bench.recorded).count == 220)
  }
}
