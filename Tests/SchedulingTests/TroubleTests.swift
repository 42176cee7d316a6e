import Testing

@testable import Scheduling

/// Units that workers cannot read.
@Suite struct TroubleTests {
  typealias Held = (worker: WorkerID, unit: WorkUnit, lease: Lease)

  private static func limits(_ change: (inout SchedulingLimits) -> Void = { _ in }) -> SchedulingLimits {
    var limits = SchedulingLimits()
    (limits.window, limits.longestWindow, limits.copies) = (1, 1, 1)
    change(&limits)
    return limits
  }

  /// A worker says of some interferograms of a unit that it cannot read them, and brings the rest.
  private static func fail(
    _ held: Held, _ numbers: [InterferogramNumber]? = nil, reason: Int = 4, archive: Trouble.Archive = .seen
  ) -> Event {
    let numbers = numbers ?? held.unit.interferograms
    return .result(
      held.worker, held.lease, interferograms: held.unit.interferograms.filter { !numbers.contains($0) },
      unreadable: Trouble(Dictionary(uniqueKeysWithValues: numbers.map { ($0, reason) }), archive: archive))
  }

  private static func read(_ held: Held) -> Event {
    .result(held.worker, held.lease, interferograms: held.unit.interferograms)
  }

  private static func seat(_ host: Int, _ slot: Int = 1) -> WorkerSeat { WorkerSeat(host: host, slot: slot) }

  @Test func whatOneWorkerCannotReadIsTriedOnAnotherMachineAndIsScoredThere() throws {
    var bench = SchedulingBench(units: 3, of: 2, limits: Self.limits())
    let first = try #require(bench.step(.workerJoined(1, at: Self.seat(1))).assignments.first)
    _ = bench.step(.workerJoined(2, at: Self.seat(1, 2)))
    let failed = bench.step(Self.fail(first, [1]))
    #expect(bench.recorded == [0], "what it could read counts")
    #expect(failed.givenUp.isEmpty)
    #expect(failed.assignments.map(\.worker) == [1], "it goes on with something else")
    #expect(failed.assignments.allSatisfy { $0.unit.id != first.unit.id })
    // A worker on another machine gets it before anything else.
    let other = try #require(bench.step(.workerJoined(3, at: Self.seat(2))).assignments.first)
    #expect(other.unit.id == first.unit.id && other.unit.interferograms == [1])
    bench.step(Self.read(other))
    #expect(bench.recorded.sorted() == [0, 1])
    #expect(bench.transitions.contains { $0.stimulus == .retry && $0.worker == 3 })
  }

  @Test func whatNobodyReadsIsGivenUpForTheReasonThatSaysMost() throws {
    var bench = SchedulingBench(units: 2, of: 1, limits: Self.limits())
    var held = (1...2).flatMap { bench.step(.workerJoined($0, at: Self.seat($0))).assignments }
    #expect(held.count == 2)
    let other = held.removeLast()
    var current = held.removeLast()
    let unit = current.unit.id
    // The second reads its own unit, so that the archive is known to be there.
    let read = bench.step(Self.read(other))
    #expect(read.assignments.isEmpty)
    var givenUp: [(InterferogramNumber, Int)] = []
    for reason in [4, 7, 2, 5, 3, 1] {
      let actions = bench.step(Self.fail(current, reason: reason))
      givenUp = actions.givenUp
      if !givenUp.isEmpty { break }
      let next = (actions + bench.wait(seconds: 10, beating: [1: [], 2: []])).assignments
      current = try #require(next.first)
      #expect(next.count == 1 && current.unit.id == unit)
    }
    #expect(givenUp.map(\.0) == [0] && givenUp.map(\.1) == [7])
    #expect(bench.scheduler.isFinished, "given up is an outcome")
    #expect(bench.transitions.filter { $0.to == .unreadable }.count == 1)
  }

  @Test func oneFailureOfAnOnlyWorkerIsTriedAgainByItselfAfterAPause() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: Self.limits())
    let first = try #require(bench.step(.workerJoined(1)).assignments.first)
    #expect(bench.step(Self.fail(first)).assignments.isEmpty)
    let again = bench.wait(seconds: 2, beating: [1: []]).assignments
    #expect(again.map(\.worker) == [1])
    bench.step(Self.read(try #require(again.first)))
    #expect(bench.recorded == [0] && bench.scheduler.isFinished)
  }

  /// Nobody has read anything since: the archive may be away for everybody.
  @Test func whileNobodyReadsAnythingNothingIsGivenUpBeforeItsTime() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: Self.limits { $0.archiveSeconds = 60 })
    var held = try #require(bench.step(.workerJoined(1)).assignments.first)
    var seconds = 0
    while !bench.scheduler.isFinished {
      let failed = bench.step(Self.fail(held, archive: .unknown), after: 1)
      seconds += 1
      #expect(failed.givenUp.isEmpty || seconds >= 60, "after \(seconds) s")
      while !bench.scheduler.isFinished {
        let next = bench.wait(seconds: 1, beating: [1: []])
        seconds += 1
        if let again = next.assignments.first {
          held = again
          break
        }
        if seconds > 200 { break }
      }
      if seconds > 200 { break }
    }
    #expect(bench.scheduler.isFinished && (60...120).contains(seconds), "after \(seconds) s")
  }

  @Test func aWorkerThatFailsOnStacksThatOthersReadIsSetAsideAndDrawsNoMore() throws {
    var bench = SchedulingBench(units: 30, of: 1, limits: Self.limits())
    var blind = bench.step(.workerJoined(1, at: Self.seat(1))).assignments
    var healthy = bench.step(.workerJoined(2, at: Self.seat(2))).assignments
    var failures = 0
    var aside: [WorkerID] = []
    for _ in 0..<10 where aside.isEmpty {
      guard let held = blind.popLast() else { break }
      failures += 1
      let actions = bench.step(Self.fail(held))
      aside += actions.setAside
      blind += actions.assignments.filter { $0.worker == 1 }
      guard let other = healthy.popLast() else { continue }
      let more = bench.step(Self.read(other))
      aside += more.setAside
      healthy += more.assignments.filter { $0.worker == 2 }
      blind += more.assignments.filter { $0.worker == 1 }
    }
    #expect(aside == [1] && failures <= 4, "after \(failures) failures")
    #expect(bench.scheduler.workerSlots[1] == nil)
    // The healthy one does the rest, what the other failed on included.
    while let held = healthy.popLast() { healthy += bench.step(Self.read(held)).assignments }
    #expect(bench.recorded.sorted() == Array(0..<30) && bench.scheduler.isFinished)
  }

  @Test func aWorkerThatLosesTheArchiveIsSetAsideAtOnceAndNothingIsBlamedForIt() throws {
    var bench = SchedulingBench(units: 2, of: 2, limits: Self.limits())
    let held = try #require(bench.step(.workerJoined(1)).assignments.first)
    let actions = bench.step(Self.fail(held, archive: .lost))
    #expect(actions.setAside == [1] && actions.givenUp.isEmpty)
    #expect(bench.scheduler.troubles.units.isEmpty)
    let again = bench.join(2)
    #expect(again.first?.unit == held.unit)
  }

  /// It comes back as a new worker each time.
  @Test func oneMachineThatLosesTheArchiveAgainAndAgainGivesNoUnitUpSoon() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: Self.limits { $0.barrenLivesBeforeRest = 1000 })
    for worker in 1...20 {
      let held = try #require(bench.step(.workerJoined(worker, at: Self.seat(1))).assignments.first)
      let failed = bench.step(Self.fail(held, archive: .lost))
      #expect(failed.givenUp.isEmpty && failed.setAside == [worker])
    }
    bench.wait(seconds: 601)
    let held = try #require(bench.step(.workerJoined(21, at: Self.seat(1))).assignments.first)
    #expect(bench.step(Self.fail(held, archive: .lost)).givenUp.map(\.0) == [0])
  }

  @Test func aUnitOverWhichManyLostTheArchiveIsGivenUpWhenNoOtherMachineIsThere() throws {
    for isAnotherThere in [false, true] {
      var bench = SchedulingBench(units: 2, of: 1, limits: Self.limits())
      if isAnotherThere { bench.step(.workerJoined(99, at: Self.seat(99))) }
      var lost: [Action] = []
      for worker in 1...10 {
        let held = try #require(bench.step(.workerJoined(worker, at: Self.seat(worker))).assignments.first)
        lost += bench.step(Self.fail(held, archive: .lost))
      }
      #expect(lost.givenUp.count == (isAnotherThere ? 0 : 1))
    }
  }

  @Test func whenTheArchiveIsLostEverythingOpenEndsAndIsCountedOnce() {
    var bench = SchedulingBench(units: 3, of: 2, limits: Self.limits())
    let actions = bench.step(.archiveLost)
    #expect(actions.givenUp.map(\.0).sorted() == Array(0..<6))
    #expect(actions.givenUp.allSatisfy { $0.1 == 0 } && actions.contains(.finish))
    #expect(bench.step(.archiveLost).givenUp.isEmpty)
  }

  /// A liar that reads nothing costs no interferogram its score as long as somebody honest is there.
  @Test func noNumberOfFailuresOfOneWorkerGivesAUnitUpWhileAnotherHasNotTried() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: Self.limits { $0.window = 1 })
    let first = try #require(bench.step(.workerJoined(1, at: Self.seat(1))).assignments.first)
    bench.step(.workerJoined(2, at: Self.seat(1, 2)))
    let moved = bench.step(Self.fail(first)).assignments
    let second = try #require(moved.first)
    #expect(second.worker == 2)
    // The liar's old lease again and again: only what it holds counts.
    for _ in 0..<20 { #expect(bench.step(Self.fail(first)).givenUp.isEmpty) }
    bench.step(Self.read(second))
    #expect(bench.recorded == [0])
  }

  @Test func aUnitThatCouldNotBeReadIsNotCopiedToWhoFailedOnIt() throws {
    var bench = SchedulingBench(units: 1, of: 1, limits: Self.limits { $0.copies = 2 })
    let first = try #require(bench.step(.workerJoined(1)).assignments.first)
    bench.step(.workerJoined(2))
    let second = try #require(bench.step(Self.fail(first)).assignments.first)
    let waited = bench.wait(seconds: 20, beating: [1: [], 2: [second.lease]])
    #expect(waited.assignments.isEmpty)
  }
}

extension [Action] {
  var givenUp: [(InterferogramNumber, Int)] {
    compactMap { if case .giveUp(let number, _, _, let reason) = $0 { (number, reason) } else { nil } }
  }

  var setAside: [WorkerID] {
    compactMap { if case .setAside(let worker, _, _) = $0 { worker } else { nil } }
  }
}
