import Testing

@testable import Scheduling

@Suite struct BlameTests {
  private let crash = Loss(.strong, cause: "signal 11")

  @Test func thePoisonInterferogramAloneIsQuarantinedAndOnlyItsOwnUnitIsBlamed() throws {
    var bench = SchedulingBench(units: 6, of: 16)
    let poison = 37
    var worker = 0
    var deaths = 0
    while !bench.scheduler.isFinished {
      worker += 1
      var held = bench.join(worker)
      while let lease = held.first, !bench.scheduler.isFinished {
        if lease.unit.interferograms.contains(poison) {
          deaths += 1
          let all = held.map(\.lease)
          bench.step(.heartbeat(worker, holding: all, computing: lease.lease, progress: 1), after: 0.1)
          bench.step(.workerLost(worker, crash))
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
    #expect(Set(bench.blame.keys.filter { bench.blame[$0] != 0 && $0 <= 6 }) == [3])
    #expect(bench.transitions.filter { $0.to == .quarantined }.count == 1)
  }

  @Test func whatIsKnownForCertainIsBlamedBeforeWhatTheHeartbeatSaid() {
    var bench = SchedulingBench(units: 2)
    let held = bench.join(1).map(\.lease)
    bench.step(.heartbeat(1, holding: held, computing: held[0], progress: 1))
    bench.step(.workerLost(1, Loss(.strong, cause: "signal 11", computing: held[1])))
    #expect(bench.blame == [2: 5])
  }

  @Test func withoutAHeartbeatTheFirstLeaseIsBlamedALittle() {
    var bench = SchedulingBench(units: 3)
    let held = bench.join(1)
    bench.step(.heartbeat(1, holding: held.map(\.lease), computing: held[0].lease, progress: 1))
    bench.step(.result(1, held[0].lease, interferograms: held[0].unit.interferograms))
    bench.step(.workerLost(1, crash))
    #expect(bench.blame == [2: 1])
  }

  @Test func aWorkerLostOverAUnitThatWasTakenFromItBlamesNothingElse() throws {
    var bench = SchedulingBench(units: 2)
    let held = bench.join(1)
    bench.step(.heartbeat(1, holding: held.map(\.lease), computing: held[0].lease, progress: 1))
    bench.step(.workerJoined(2))
    let beating = [1: held.map(\.lease), 2: []]
    let copy = try #require(bench.wait(seconds: 6, beating: beating).assignments.first)
    #expect(copy.lease.unit == held[0].lease.unit)
    bench.step(.result(2, copy.lease, interferograms: copy.unit.interferograms))
    bench.step(.workerLost(1, crash))
    #expect(bench.blame.isEmpty)
  }

  @Test func aSilentWorkerCostsItsUnitAFifthOfALoss() {
    var bench = SchedulingBench(units: 1, of: 2)
    for worker in 1...9 {
      _ = bench.join(worker)
      bench.wait(seconds: 30)
      #expect(bench.blame == [1: worker])
    }
    _ = bench.join(10)
    bench.wait(seconds: 30)
    #expect(bench.parents == [2: 1, 3: 1])
  }

  @Test func aWorkerThatBeatsButDoesNotProgressIsEvictedAndBlamed() throws {
    var limits = SchedulingLimits()
    limits.stallSeconds = 60
    var bench = SchedulingBench(units: 1, of: 1, limits: limits)
    for worker in 1...3 {
      let lease = try #require(bench.join(worker).first?.lease)
      for _ in 0..<60 {
        bench.step(.heartbeat(worker, holding: [lease], computing: lease, progress: 5), after: 1)
      }
      bench.step(.tick, after: 1)
    }
    #expect(bench.quarantined == [0])
    #expect(bench.transitions.last?.stimulus == .stalled)
    #expect(bench.scheduler.isFinished)
  }

  @Test func aWorkerThatHoldsLeasesAndComputesNoneIsEvictedWithoutBlame() {
    var limits = SchedulingLimits()
    limits.stallSeconds = 60
    var bench = SchedulingBench(units: 1, limits: limits)
    let held = bench.join(1).map(\.lease)
    var actions: [Action] = []
    for _ in 0..<61 {
      actions += bench.step(.heartbeat(1, holding: held, computing: nil, progress: 5), after: 1)
      actions += bench.step(.tick)
    }
    #expect(actions.contains(.evict(1, cause: "no progress for 60 s")))
    #expect(bench.blame.isEmpty)
  }

  @Test func lostAssignmentsAreNoStallUntilThereAreTooMany() throws {
    var limits = SchedulingLimits()
    limits.stallSeconds = 3 * limits.unnamedSeconds
    var bench = SchedulingBench(units: 2, limits: limits)
    let first = try #require(bench.join(1).first?.lease)
    var evictedAt: Int?
    for second in 1...Int(30 * limits.unnamedSeconds) where evictedAt == nil {
      // It reports its first lease and never learns of the second, which expires and is handed out again.
      var actions = bench.step(.heartbeat(1, holding: [first], computing: nil, progress: 5), after: 1)
      actions += bench.step(.tick)
      if actions.contains(where: { if case .evict = $0 { true } else { false } }) { evictedAt = second }
    }
    let moment = Double(try #require(evictedAt))
    #expect((8 * limits.unnamedSeconds...13 * limits.unnamedSeconds).contains(moment))
    #expect(bench.blame.isEmpty)
  }

  @Test func halvesAreSuspectedAndWhatStandsAloneStartsAfresh() {
    var bench = SchedulingBench(units: 1, of: 3)
    for worker in 1...2 { bench.crash(worker) }
    #expect(bench.blame[2] == 0)
    #expect(bench.blame[3] == 5)
    #expect(bench.join(3).map(\.unit.interferograms) == [[0], [1, 2]])
  }

  @Test func blameOutlivesACoordinator() {
    let unit = PlannedUnit(unit: WorkUnit(id: 1, stack: 0, interferograms: [0]), blame: 14)
    var bench = SchedulingBench(Scheduler(epoch: 2, units: [unit], nextUnit: 2))
    // Where the blame of before came from is not known: it counts, and what comes to it has to be proved.
    _ = bench.join(1)
    bench.step(.workerLost(1, Loss(.faint, cause: "its host is gone")))
    #expect(bench.quarantined.isEmpty)
    let lease = bench.join(2).first?.lease
    let actions = bench.step(.workerLost(2, Loss(.faint, cause: "its host is gone")))
    #expect(
      actions.contains(.quarantine(0, 2, lease ?? Lease(epoch: 0, unit: 0, attempt: 0), cause: "its host is gone")))
    #expect(bench.scheduler.isFinished)
  }

  @Test func aResultThatComesAfterAQuarantineChangesNothing() throws {
    var bench = SchedulingBench(units: 1, of: 1)
    let first = try #require(bench.join(1).first)
    for worker in 1...3 { bench.crash(worker) }
    let late = bench.step(.result(1, first.lease, interferograms: [0]))
    #expect(late == [.record(1, first.lease, new: [], decided: [0])])
    #expect(bench.recorded.isEmpty)
  }
}
