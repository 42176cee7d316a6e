import Testing

@testable import Scheduling

@Suite struct LeaseTests {
  @Test func aLeaseThatHeartbeatsDoNotNameGoesBackWithoutBlame() throws {
    var bench = SchedulingBench(units: 1)
    let lost = try #require(bench.join(1).first)
    let actions = bench.wait(seconds: 31, beating: [1: []])
    #expect(actions.contains(.revoke(1, lost.lease)))
    #expect(bench.transitions.contains { $0.stimulus == .expired && $0.to == .waiting })
    #expect(actions.assignments.map(\.lease.attempt) == [2])
    #expect(bench.blame.isEmpty)
  }

  @Test func aLeaseThatHeartbeatsNameStays() throws {
    var bench = SchedulingBench(units: 1)
    let held = try #require(bench.join(1).first)
    let actions = bench.wait(seconds: 200, beating: [1: [held.lease]])
    #expect(actions.isEmpty)
    #expect(bench.scheduler.leaseCount == 1)
  }

  @Test func aTimeWithoutBeingNamedShorterThanSilenceIsKeptToo() throws {
    var limits = SchedulingLimits()
    limits.unnamedSeconds = 4
    var bench = SchedulingBench(units: 2, limits: limits)
    let held = bench.join(1)
    let actions = bench.wait(seconds: 5, beating: [1: [held[0].lease]])
    #expect(actions.contains(.revoke(1, held[1].lease)))
    #expect(!actions.contains(.revoke(1, held[0].lease)))
  }

  @Test func aLeaseNobodyKnowsOfIsTakenFromItsWorker() throws {
    var bench = SchedulingBench(units: 1)
    let held = try #require(bench.join(1).first)
    let strangers = [
      Lease(epoch: 0, unit: 1, attempt: 1), Lease(epoch: 1, unit: 99, attempt: 1),
      Lease(epoch: 1, unit: 1, attempt: 7), Lease(epoch: 1, unit: 1, attempt: 0),
    ]
    for stranger in strangers {
      let actions = bench.step(.heartbeat(1, holding: [held.lease, stranger], computing: nil, progress: 0))
      #expect(actions == [.revoke(1, stranger)])
    }
  }

  @Test func aWorkerThatComesBackAndGotItsUnitAnewIsLeftInPeace() throws {
    var bench = SchedulingBench(units: 1)
    let held = try #require(bench.join(1).first)
    bench.wait(seconds: 30)
    let anew = try #require(bench.join(2).first)
    let beat = bench.step(.heartbeat(2, holding: [held.lease, anew.lease], computing: held.lease, progress: 3))
    #expect(beat.isEmpty)
    let actions = bench.step(.result(2, held.lease, interferograms: held.unit.interferograms))
    #expect(actions.contains(.revoke(2, anew.lease)))
    #expect(actions.contains(.finish))
  }

  @Test func aUnitThatAnotherGotMeanwhileIsTakenFromTheWorkerThatComesBack() throws {
    var bench = SchedulingBench(units: 1)
    let held = try #require(bench.join(1).first)
    bench.wait(seconds: 30)
    bench.step(.workerJoined(2))
    bench.step(.workerJoined(3))
    let beat = bench.step(.heartbeat(3, holding: [held.lease], computing: held.lease, progress: 3))
    #expect(beat == [.revoke(3, held.lease)])
  }

  @Test func aWorkerThatComesBackGoesOnWithItsLeaseWhileNobodyGotTheUnit() throws {
    var limits = SchedulingLimits()
    limits.window = 1
    var bench = SchedulingBench(units: 2, limits: limits)
    let old = [try #require(bench.join(1).first), try #require(bench.join(2).first)]
    bench.wait(seconds: 30)
    let new = try #require(bench.join(3).first)
    let other = try #require(old.first { $0.lease.unit != new.lease.unit })
    let beat = bench.step(.heartbeat(3, holding: [new.lease, other.lease], computing: other.lease, progress: 1))
    #expect(beat.withoutLog.isEmpty)
    #expect(bench.transitions.last?.stimulus == .resumed)
    // Nobody else gets it, and it is blamed and ended like any other.
    #expect(bench.join(4).isEmpty)
    let actions = bench.step(.result(3, other.lease, interferograms: other.unit.interferograms))
    #expect(actions.withoutLog == [.record(3, other.lease, new: other.unit.interferograms, decided: [])])
  }

  @Test func aResultOnItsWayToTheLedgerIsNotTakenFromItsWorker() throws {
    var bench = SchedulingBench(units: 2)
    let held = bench.join(1)
    bench.step(.result(1, held[0].lease, interferograms: held[0].unit.interferograms))
    bench.step(.result(1, held[1].lease, interferograms: [4], isDraining: true))
    let beat = bench.step(.heartbeat(1, holding: held.map(\.lease), computing: nil, progress: 1))
    #expect(beat.isEmpty)
  }

  @Test func aPauseOfTheCoordinatorIsNoSilenceOfItsWorkers() {
    var bench = SchedulingBench(units: 1)
    bench.step(.workerJoined(1))
    #expect(bench.step(.tick, after: 3600).isEmpty)
    #expect(bench.wait(seconds: 30).contains(.evict(1, cause: "silent for 30 s")))
  }

  @Test func timeThatRunsBackwardsIsTimeThatStandsStill() {
    var bench = SchedulingBench(units: 1)
    bench.step(.workerJoined(1))
    bench.step(.tick, after: -3600)
    #expect(bench.scheduler.workerCount == 1)
  }

  @Test func aLeaseThatIsHeldForEverGoesToAnotherWithOneCopyToo() throws {
    var limits = SchedulingLimits()
    limits.copies = 1
    limits.leaseSeconds = 600
    limits.window = 2
    var bench = SchedulingBench(units: 2, limits: limits)
    let held = bench.join(1)
    _ = bench.join(2)
    // It names its leases and steps, in every heartbeat.
    let quiet = bench.wait(seconds: 599, beating: [1: held.map(\.lease), 2: []])
    #expect(quiet.isEmpty)
    let actions = bench.wait(seconds: 1, beating: [1: held.map(\.lease), 2: []])
    #expect(actions.contains(.evict(1, cause: "has had unit 1 for 600 s")))
    #expect(actions.assignments.map(\.worker) == [2, 2])
    #expect(Set(actions.assignments.map(\.lease.attempt)) == [2])
    // Only what was at hand is blamed, and little.
    #expect(bench.blame == [held[0].unit.id: 1])
    #expect(bench.transitions.filter { $0.stimulus == .overdue }.map(\.unit).sorted() == [1, 2])
  }

  @Test func aLeaseThatItsWorkerReturnsInTimeIsNeverTooOld() throws {
    var limits = SchedulingLimits()
    limits.leaseSeconds = 600
    limits.copies = 1
    limits.window = 1
    var bench = SchedulingBench(units: 4, limits: limits)
    var held = try #require(bench.join(1).first)
    for unit in 0..<4 {
      #expect(bench.wait(seconds: 599, beating: [1: [held.lease]]).isEmpty)
      let actions = bench.step(.result(1, held.lease, interferograms: held.unit.interferograms))
      if unit < 3 { held = try #require(actions.assignments.first) }
    }
    #expect(bench.scheduler.isFinished && bench.blame.isEmpty)
  }

  @Test func aUnitThatNoWorkerEverFinishesIsSplitAndThenPutAside() throws {
    var limits = SchedulingLimits()
    limits.leaseSeconds = 60
    limits.copies = 1
    var bench = SchedulingBench(units: 1, of: 2, limits: limits)
    var worker: WorkerID = 0
    while !bench.scheduler.isFinished, worker < 100 {
      worker += 1
      let held = bench.join(worker)
      bench.wait(seconds: 60, beating: [worker: held.map(\.lease)])
    }
    #expect(bench.scheduler.isFinished)
    #expect(bench.quarantined.sorted() == [0, 1])
    // Two losses before a split, three before each quarantine, of five faint ones each.
    #expect(worker == 40)
  }
}
