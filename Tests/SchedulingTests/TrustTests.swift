import Testing

@testable import Scheduling

/// Workers that lie within what is possible.
@Suite struct TrustTests {
  private func limits(checking fraction: Double = 0) -> SchedulingLimits {
    var limits = SchedulingLimits()
    limits.checkFraction = fraction
    limits.checkSeed = 1
    limits.window = 1
    limits.longestWindow = 1
    return limits
  }

  @Test func anEmptyOrPartialResultCountsAgainstItsWorkerUnlessItDrains() throws {
    var bench = SchedulingBench(units: 3)
    var held = try #require(bench.join(1).first)
    for (times, numbers) in [[], [held.unit.interferograms[0]]].enumerated() {
      let actions = bench.step(.result(1, held.lease, interferograms: numbers))
      #expect(actions.isDisowned)
      held = try #require(actions.assignments.first ?? bench.join(10 + times).first)
    }
    #expect(bench.recorded.isEmpty)
    let last = bench.step(.result(1, Lease(epoch: 1, unit: 1, attempt: 1), interferograms: []))
    #expect(last.contains { if case .refuse(1, _) = $0 { true } else { false } })
  }

  @Test func aRejectionIsRecordedWhenAnotherWorkerConfirmsIt() throws {
    var bench = SchedulingBench(units: 1, of: 2, limits: limits())
    let first = try #require(bench.join(1).first)
    _ = bench.join(2)
    let actions = bench.step(.result(1, first.lease, interferograms: [0, 1], rejected: [1: "empty"]))
    #expect(actions.contains(.record(1, first.lease, new: [0], decided: [])))
    #expect(actions.contains(.claim(1, 1, reason: "empty")))
    let second = try #require(actions.assignments.first)
    #expect(second.worker == 2 && second.unit.interferograms == [1])
    let end = bench.step(.result(2, second.lease, interferograms: [1], rejected: [1: "empty"]))
    #expect(end.contains(.record(2, second.lease, new: [1], decided: [])) && end.contains(.finish))
  }

  @Test func oneOfTheCoordinatorsOwnIsBelievedWhereItIsAloneAndAStrangerIsAskedTwice() throws {
    var own = SchedulingBench(units: 1, of: 1, limits: limits())
    let held = try #require(own.join(1, at: WorkerSeat(host: 1, slot: 1)).first)
    #expect(own.step(.result(1, held.lease, interferograms: [0], rejected: [0: "empty"])).contains(.finish))
    var bench = SchedulingBench(units: 1, of: 1, limits: limits())
    let strange = try #require(bench.join(1, at: WorkerSeat(host: 1, slot: 0)).first)
    let claimed = bench.step(.result(1, strange.lease, interferograms: [0], rejected: [0: "empty"]))
    #expect(claimed.contains(.claim(1, 0, reason: "empty")) && claimed.assignments.isEmpty)
    let honest = try #require(bench.join(2).first)
    #expect(
      bench.step(.result(2, honest.lease, interferograms: [0])).contains(
        .record(2, honest.lease, new: [0], decided: [])))
  }

  @Test func twoSessionsOfOneKeyDoNotVouchForEachOther() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: limits())
    let first = try #require(bench.join(1, at: WorkerSeat(host: 1, slot: 0, key: 1)).first)
    _ = bench.join(2, at: WorkerSeat(host: 2, slot: 0, key: 1))
    _ = bench.join(3, at: WorkerSeat(host: 3, slot: 0, key: 2))
    let actions = bench.step(.result(1, first.lease, interferograms: [0], rejected: [0: "empty"]))
    #expect(actions.assignments.map(\.worker) == [3])
  }

  @Test func threeSessionsOfOneKeyRejectNothing() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: limits())
    let first = try #require(bench.join(1, at: WorkerSeat(host: 1, slot: 0, key: 1)).first)
    for worker in 2...4 { _ = bench.join(worker, at: WorkerSeat(host: worker, slot: 0, key: 1)) }
    _ = bench.join(9, at: WorkerSeat(host: 9, slot: 0, key: 2))
    let claimed = bench.step(.result(1, first.lease, interferograms: [0], rejected: [0: "empty"]))
    #expect(claimed.assignments.map(\.worker) == [9])
    for worker in 2...4 {
      let actions = bench.step(.result(worker, first.lease, interferograms: [0], rejected: [0: "empty"]))
      #expect(actions.contains(.claim(worker, 0, reason: "empty")))
    }
    #expect(bench.recorded.isEmpty)
  }

  @Test func whatAnotherHoldsIsNotRejectedByWhoeverNamesItsLease() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: limits())
    let first = try #require(bench.join(1, at: WorkerSeat(host: 1, slot: 0, key: 1)).first)
    _ = bench.join(2, at: WorkerSeat(host: 2, slot: 0, key: 2))
    let claimed = bench.step(.result(1, first.lease, interferograms: [0], rejected: [0: "empty"]))
    let other = try #require(claimed.assignments.first)
    #expect(other.worker == 2)
    bench.step(.result(1, other.lease, interferograms: [0], rejected: [0: "empty"]))
    #expect(bench.recorded.isEmpty)
  }

  @Test func whatComesUnderALeaseOfAnOlderEpochIsCheckedToo() throws {
    for sender in [1, 7] {
      let units = (1...2).map { PlannedUnit(unit: WorkUnit(id: UnitID($0), stack: 0, interferograms: [$0])) }
      var bench = SchedulingBench(Scheduler(epoch: 2, units: units, nextUnit: 3, limits: limits(checking: 1)))
      _ = bench.join(1)
      let other = try #require(bench.join(2).first)
      let forged = Lease(epoch: 1, unit: 1, attempt: 5)
      let never = Lease(epoch: 1, unit: 1, attempt: 0)
      #expect(bench.step(.result(2, never, interferograms: [1])).isDisowned)
      // 7 brings results and takes no units.
      var actions = bench.step(.result(sender, forged, interferograms: [1]))
      #expect(actions.contains(.record(sender, forged, new: [1], decided: [])))
      actions += bench.step(.result(2, other.lease, interferograms: other.unit.interferograms))
      let check = try #require(actions.assignments.first { $0.unit.id == 1 })
      #expect(check.worker != sender && check.unit.interferograms == [1])
    }
  }

  @Test func whatCannotBeComparedConvictsNobody() throws {
    for isThird in [false, true] {
      var bench = SchedulingBench(units: 1, of: 1, limits: limits(checking: 1))
      let first = try #require(bench.join(1).first)
      _ = bench.join(2)
      var check = try #require(bench.step(.result(1, first.lease, interferograms: [0])).assignments.first)
      _ = bench.join(3)
      bench.step(.result(2, check.lease, interferograms: [0]))
      if isThird {
        check = try #require(bench.step(.verdict(check.lease, agrees: false)).assignments.first)
        bench.step(.result(3, check.lease, interferograms: [0]))
      }
      let actions = bench.step(.verdict(check.lease, agrees: nil))
      #expect(actions == [.finish])
      #expect(bench.scheduler.workerCount == 3)
    }
  }

  @Test func aCheckThatOnlyAWorkerUnderSuspicionCouldMakeIsNotWaitedForWithoutEnd() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: limits(checking: 1))
    let bad = WorkerSeat(host: 2, slot: 1)
    bench.crash(2, at: bad)
    let first = try #require(bench.join(1).first)
    _ = bench.join(3, at: bad)
    let probed = bench.step(.result(1, first.lease, interferograms: [0]))
    #expect(probed.assignments.map(\.worker) == [3] && !bench.scheduler.isFinished, "it may show what it can")
    // It returns none of its probes.
    bench.wait(seconds: 120, beating: [1: [], 3: []])
    #expect(bench.scheduler.isFinished)
  }

  @Test func aFalseResultIsFoundByAThirdAndEverythingOfItsWorkerIsComputedAgain() throws {
    var bench = SchedulingBench(units: 2, of: 1, limits: limits(checking: 1))
    let lie = try #require(bench.join(1).first)
    let other = try #require(bench.join(2).first)
    _ = bench.join(3)
    let checked = bench.step(.result(1, lie.lease, interferograms: lie.unit.interferograms))
    let check = try #require(checked.assignments.first { $0.unit.id == lie.unit.id })
    #expect(check.worker == 3 && check.lease.attempt == 2)
    bench.step(.result(2, other.lease, interferograms: other.unit.interferograms))
    #expect(!bench.scheduler.isFinished, "checks are under way")
    let compared = bench.step(.result(3, check.lease, interferograms: check.unit.interferograms))
    #expect(compared.contains(.compare(3, check.lease)))
    var actions = bench.step(.verdict(check.lease, agrees: false))
    let third = try #require((compared + actions).assignments.last { $0.worker == 2 && $0.unit.id == lie.unit.id })
    bench.step(.result(2, third.lease, interferograms: third.unit.interferograms))
    actions = bench.step(.verdict(third.lease, agrees: false))
    #expect(actions.contains { if case .distrust(1, _) = $0 { true } else { false } })
    #expect(bench.scheduler.workerSlots[1] == nil)
    bench.recorded.removeAll { $0 == lie.unit.interferograms[0] }
    let brought = BroughtUnit(unit: lie.unit.id, stack: 0, interferograms: lie.unit.interferograms)
    actions = bench.step(.brought(1, [brought]))
    #expect(actions.contains { if case .reopen(1, _) = $0 { true } else { false } })
    #expect(bench.scheduler.remainingInterferograms == 1)
  }

  @Test func theCheckerThatLiesIsTheOnePutAside() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: limits(checking: 1))
    let first = try #require(bench.join(1).first)
    _ = bench.join(2)
    let check = try #require(bench.step(.result(1, first.lease, interferograms: [0])).assignments.first)
    _ = bench.join(3)
    bench.step(.result(2, check.lease, interferograms: [0]))
    let third = try #require(bench.step(.verdict(check.lease, agrees: false)).assignments.first)
    #expect(third.worker == 3)
    bench.step(.result(3, third.lease, interferograms: [0]))
    let actions = bench.step(.verdict(third.lease, agrees: true))
    #expect(actions.contains { if case .distrust(2, _) = $0 { true } else { false } })
    #expect(bench.step(.brought(2, [])).contains(.finish))
  }

  @Test func whereTwoDisagreeAndThereIsNoThirdBothAreNamed() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: limits(checking: 1))
    let first = try #require(bench.join(1).first)
    _ = bench.join(2)
    let check = try #require(bench.step(.result(1, first.lease, interferograms: [0])).assignments.first)
    bench.step(.result(2, check.lease, interferograms: [0]))
    let actions = bench.step(.verdict(check.lease, agrees: false))
    #expect(actions.contains(.dispute(1, 2, [0])) && actions.contains(.finish))
  }

  @Test func withoutChecksNothingIsComputedTwice() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: limits())
    let first = try #require(bench.join(1).first)
    _ = bench.join(2)
    #expect(bench.step(.result(1, first.lease, interferograms: [0])).withoutLog.last == .finish)
  }

  @Test func whatIsRememberedIsBounded() {
    var latest = Latest<Int>(limit: 3)
    for number in 1...10 { latest.insert(number) }
    #expect(latest.count == 3)
    #expect([7, 8, 9, 10].filter(latest.contains) == [8, 9, 10])
  }
}
