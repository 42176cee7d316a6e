import Testing

@testable import Scheduling

@Suite struct AssignmentTests {
  @Test func everyWorkerGetsItsFirstLeaseBeforeAnyGetsItsSecond() {
    var bench = SchedulingBench(units: 3)
    #expect(bench.join(1).count == 2)
    let second = bench.join(2)
    #expect(second.count == 1)
    #expect(second.first?.worker == 2)
  }

  @Test func aWorkerStaysWithItsStackWhileItHasUnits() {
    var bench = SchedulingBench(units: 9)
    var stacks: [Int] = []
    var held = bench.join(1)
    while let lease = held.first {
      stacks.append(lease.unit.stack)
      held.removeFirst()
      held += bench.step(.result(1, lease.lease, interferograms: lease.unit.interferograms)).assignments
    }
    #expect(stacks == stacks.sorted())
    #expect(stacks.count == 9)
  }

  @Test func workersAreSpreadOverStacks() {
    var bench = SchedulingBench(units: 9)
    let stacks = (1...3).map { bench.join($0).map(\.unit.stack) }
    #expect(stacks.map(\.first) == [0, 1, 2])
  }

  @Test func oneWorkerTooManyIsRefused() {
    var limits = SchedulingLimits()
    limits.maximumWorkers = 1
    var bench = SchedulingBench(units: 3, limits: limits)
    bench.step(.workerJoined(1))
    #expect(bench.step(.workerJoined(2)) == [.refuse(2, reason: "this sweep already has the maximum of 1 workers")])
  }

  @Test func aWorkerThatLeavesMakesRoomForAnother() {
    var limits = SchedulingLimits()
    limits.maximumWorkers = 1
    var bench = SchedulingBench(units: 1, limits: limits)
    let held = bench.join(1)
    bench.step(.workerLeft(1))
    #expect(bench.join(2).map(\.unit) == held.map(\.unit))
    #expect(bench.blame.isEmpty)
  }

  @Test func nearTheEndAnIdleWorkerCopiesTheOldestLeaseAndTheFirstResultWins() throws {
    var bench = SchedulingBench(units: 1)
    let old = try #require(bench.join(1).first)
    #expect(bench.join(2).isEmpty)
    let copy = try #require(bench.wait(seconds: 6).assignments.first)
    #expect(copy.worker == 2)
    #expect(copy.unit.id == old.unit.id)
    let actions = bench.step(.result(2, copy.lease, interferograms: copy.unit.interferograms))
    #expect(actions.contains(.revoke(1, old.lease)))
    #expect(actions.contains(.finish))
  }

  @Test func aUnitIsNeverInMoreHandsThanItMayBe() {
    var bench = SchedulingBench(units: 1)
    let held = bench.join(1).map(\.lease)
    for worker in 2...5 { #expect(bench.join(worker).isEmpty) }
    var beating = [1: held, 2: [], 3: [], 4: [], 5: []]
    for _ in 0..<20 {
      for copy in bench.wait(seconds: 1, beating: beating).assignments { beating[copy.worker]?.append(copy.lease) }
    }
    #expect(bench.scheduler.leaseCount == 2)
  }

  @Test func anotherCopyIsMadeWhenTheFirstIsLost() throws {
    var bench = SchedulingBench(units: 1)
    let old = try #require(bench.join(1).first)
    _ = bench.join(2)
    _ = bench.join(3)
    let copy = try #require(bench.wait(seconds: 6, beating: [1: [old.lease]]).assignments.first)
    bench.step(.workerLost(copy.worker, Loss(.strong, cause: "signal 9")))
    let second = bench.wait(seconds: 1, beating: [1: [old.lease]]).assignments
    #expect(second.map(\.lease.attempt) == [3])
  }

  @Test func theOldestLeasesAreCopiedFirst() {
    var limits = SchedulingLimits()
    limits.window = 1
    var bench = SchedulingBench(units: 3, limits: limits)
    var beating: [WorkerID: [Lease]] = [:]
    for worker in [7, 5, 6] {
      beating[worker] = bench.join(worker).map(\.lease)
      bench.wait(seconds: 1, beating: beating)
    }
    let oldest = [7, 5].compactMap { beating[$0]?.first?.unit }
    bench.step(.workerJoined(8))
    bench.step(.workerJoined(9))
    let copies = bench.wait(seconds: 10, beating: beating).assignments
    #expect(copies.map(\.lease.unit) == oldest)
  }

  @Test func drainingHandsOutNothingAndEndsWhenNothingIsOut() throws {
    var bench = SchedulingBench(units: 5)
    let held = bench.join(1)
    #expect(bench.step(.drain).isEmpty)
    #expect(bench.step(.workerJoined(2)).isEmpty)
    bench.step(.result(1, held[0].lease, interferograms: held[0].unit.interferograms))
    #expect(!bench.scheduler.isFinished)
    #expect(bench.step(.workerLeft(1)).contains(.finish))
    #expect(bench.join(3).isEmpty)
  }

  @Test func aSweepWithNothingOpenEndsAtOnce() {
    var bench = SchedulingBench(units: 0)
    #expect(bench.step(.tick) == [.finish])
    #expect(bench.step(.tick).isEmpty)
  }
}
