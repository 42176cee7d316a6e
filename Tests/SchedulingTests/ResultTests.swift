import Testing

@testable import Scheduling

@Suite struct ResultTests {
  @Test func aResultIsRecordedOnceAndItsLateCopyIsCompared() throws {
    var bench = SchedulingBench(units: 1)
    let assigned = try #require(bench.join(1).first)
    let numbers = assigned.unit.interferograms
    let actions = bench.step(.result(1, assigned.lease, interferograms: numbers))
    #expect(actions.withoutLog == [.record(1, assigned.lease, new: numbers, decided: []), .finish])
    let late = bench.step(.result(1, assigned.lease, interferograms: numbers))
    #expect(late == [.record(1, assigned.lease, new: [], decided: numbers)])
  }

  @Test func resultFromAnEvictedWorkerIsCountedOnce() throws {
    var bench = SchedulingBench(units: 1)
    let old = try #require(bench.join(1).first)
    #expect(bench.wait(seconds: 30).contains(.evict(1, cause: "silent for 30 s")))
    let new = try #require(bench.join(2).first)
    #expect(new.lease.attempt == 2)
    let actions = bench.step(.result(1, old.lease, interferograms: old.unit.interferograms))
    #expect(actions.contains(.revoke(2, new.lease)))
    bench.step(.result(2, new.lease, interferograms: new.unit.interferograms))
    #expect(bench.recorded.sorted() == [0, 1, 2, 3])
  }

  @Test func aDrainedWorkersPartIsRecordedAndTheRestGoesToAnother() throws {
    var bench = SchedulingBench(units: 1)
    let old = try #require(bench.join(1).first)
    let part = bench.step(.result(1, old.lease, interferograms: [0, 2], isDraining: true))
    #expect(part.withoutLog.first == .record(1, old.lease, new: [0, 2], decided: []))
    #expect(bench.scheduler.waitingCount == 1, "one that drains gets nothing more")
    bench.step(.workerLeft(1))
    let new = try #require(bench.join(2).first)
    #expect(new.unit.interferograms == [1, 3])
    #expect(bench.step(.result(2, new.lease, interferograms: [1, 3])).contains(.finish))
  }

  @Test func aResultOfAnOlderEpochCounts() throws {
    let units = [
      PlannedUnit(unit: WorkUnit(id: 4, stack: 0, interferograms: [2, 3])),
      PlannedUnit(unit: WorkUnit(id: 5, stack: 0, interferograms: [4, 5])),
    ]
    var bench = SchedulingBench(Scheduler(epoch: 3, units: units, nextUnit: 6))
    let new = try #require(bench.join(1).first)
    let old = Lease(epoch: 2, unit: 4, attempt: 9)
    // 1 had its outcome when this coordinator began.
    let actions = bench.step(.result(7, old, interferograms: [1, 2, 3]))
    #expect(actions.contains(.record(7, old, new: [2, 3], decided: [1])))
    #expect(actions.contains(.revoke(1, new.lease)))
    // So had all of unit 2.
    let done = Lease(epoch: 1, unit: 2, attempt: 1)
    #expect(bench.step(.result(7, done, interferograms: [0])) == [.record(7, done, new: [], decided: [0])])
  }

  @Test func aLateResultOfASplitUnitDecidesWhatIsOpenInItsHalves() throws {
    var bench = SchedulingBench(units: 1)
    let first = try #require(bench.join(1).first)
    for worker in 1...2 { bench.crash(worker) }
    let halves = bench.join(3)
    #expect(halves.map(\.unit.interferograms) == [[0, 1], [2, 3]])
    let actions = bench.step(.result(1, first.lease, interferograms: [0, 1, 2]))
    #expect(actions.contains(.record(1, first.lease, new: [0, 1, 2], decided: [])))
    #expect(actions.contains(.revoke(3, halves[0].lease)))
    #expect(!actions.contains(.revoke(3, halves[1].lease)))
    let rest = bench.step(.result(3, halves[1].lease, interferograms: [2, 3]))
    #expect(rest.contains(.record(3, halves[1].lease, new: [3], decided: [2])))
    #expect(bench.recorded.sorted() == [0, 1, 2, 3])
  }

  @Test func aSplitOfAnOlderEpochIsRemembered() {
    let unit = PlannedUnit(unit: WorkUnit(id: 9, stack: 0, interferograms: [3]), parent: 7)
    var bench = SchedulingBench(Scheduler(epoch: 2, units: [unit], nextUnit: 10, parents: [7: 3, 9: 7, 8: 7]))
    let old = Lease(epoch: 1, unit: 3, attempt: 1)
    let foreign = Lease(epoch: 1, unit: 8, attempt: 1)
    #expect(bench.step(.result(1, foreign, interferograms: [3])).isDisowned)
    #expect(bench.step(.result(1, old, interferograms: [3])).contains(.finish))
  }

  @Test func aResultOfANewerEpochIsLeftToItsCoordinator() {
    var bench = SchedulingBench(units: 1)
    #expect(bench.step(.result(1, Lease(epoch: 2, unit: 1, attempt: 1), interferograms: [0])).isEmpty)
  }

  @Test(arguments: [
    (Lease(epoch: 1, unit: 99, attempt: 1), [0]), (Lease(epoch: 1, unit: 0, attempt: 1), [0]),
    (Lease(epoch: 0, unit: 99, attempt: 1), [0]), (Lease(epoch: 1, unit: 1, attempt: 2), [0]),
    (Lease(epoch: 1, unit: 1, attempt: 0), [0]), (Lease(epoch: 1, unit: 1, attempt: -1), [0]),
    (Lease(epoch: 1, unit: 1, attempt: .max), [0]), (Lease(epoch: 1, unit: 1, attempt: 1), [4]),
    (Lease(epoch: 1, unit: 1, attempt: 1), [0, 1, 2, 3, 4]), (Lease(epoch: 1, unit: 1, attempt: 1), [-1]),
    (Lease(epoch: 1, unit: 1, attempt: 1), [1 << 50]), (Lease(epoch: 0, unit: 1, attempt: 1), [4]),
    (Lease(epoch: 0, unit: 1, attempt: 1), [0, 1, 2, 3]), (Lease(epoch: -1, unit: 1, attempt: 1), [0, 1, 2, 3]),
  ])
  func aResultThatNoLeaseExplainsIsDisowned(lease: Lease, numbers: [InterferogramNumber]) {
    var bench = SchedulingBench(units: 2)
    bench.step(.workerJoined(1))
    #expect(bench.step(.result(1, lease, interferograms: numbers)).isDisowned)
    #expect(bench.recorded.isEmpty)
    #expect(bench.scheduler.remainingInterferograms == 8)
  }

  @Test func anInterferogramNamedTwiceInAResultIsRecordedOnce() throws {
    var bench = SchedulingBench(units: 1)
    let held = try #require(bench.join(1).first)
    let actions = bench.step(.result(1, held.lease, interferograms: [0, 0, 1, 2, 3]))
    #expect(actions.contains(.record(1, held.lease, new: [0, 1, 2, 3], decided: [0])))
  }

  @Test func aWorkerWithThreeResultsThatCannotBeIsRefusedForGood() throws {
    var bench = SchedulingBench(units: 3)
    let held = try #require(bench.join(1).first)
    bench.step(.result(1, Lease(epoch: 1, unit: 77, attempt: 1), interferograms: [0]))
    bench.step(.invalidResult(1, held.lease, reason: "a probability of 7"))
    #expect(bench.blame == [1: 1])
    let last = bench.step(.result(1, Lease(epoch: 1, unit: 77, attempt: 1), interferograms: [0]))
    let cause = "returned 3 invalid results, the last: unit 77 is not of this sweep"
    #expect(last.contains(.evict(1, cause: cause)))
    #expect(last.contains(.refuse(1, reason: cause)))
    #expect(bench.scheduler.leaseCount == 0)
    #expect(bench.step(.workerJoined(1)) == [.refuse(1, reason: "it returned 3 invalid results")])
    #expect(bench.join(2).count == 2)
  }
}
