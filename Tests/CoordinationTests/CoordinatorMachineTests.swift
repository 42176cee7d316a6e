import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import Messaging
import Scheduling
import SweepHost
import SweepRecords
import Testing

@testable import Coordination

@Suite struct CoordinatorMachineTests {
  @Test func workersOfOneKindComputeByOnePlanThroughARestart() throws {
    var stage = try Stage(count: 4)
    let asked = stage.introduce("first", machine: "kind")
    #expect(asked.welcomes.map(\.makesPlan) == [true])
    #expect(stage.introduce("second", machine: "kind").welcomes.isEmpty)
    var ready = Volcsweep_Ready()
    ready.plan = "plan"
    #expect(stage.hear(.ready(ready), from: "first").assignments.isEmpty, "the plan is not durable")
    let told = try stage.write()
    #expect(told.welcomes.map(\.plan) == ["plan", "plan"], "the second has waited for it")
    #expect(told.welcomes.map(\.makesPlan) == [false, false])
    #expect(!stage.hear(.ready(Volcsweep_Ready()), from: "first").assignments.isEmpty)
    #expect(stage.introduce("second", machine: "kind").welcomes.map(\.plan) == ["plan"])
    try stage.restart()
    #expect(stage.introduce("third", machine: "kind").welcomes.map(\.plan) == ["plan"])
    ready.plan = "another plan"
    let corrected = stage.hear(.ready(ready), from: "third")
    #expect(corrected.welcomes.map(\.plan) == ["plan"] && corrected.assignments.isEmpty)
  }

  @Test func aResultIsAcknowledgedOnlyWhenItsBatchIsDurable() throws {
    var stage = try Stage(count: 2)
    let joined = stage.join("w")
    let assignment = try #require(joined.first)
    #expect(stage.hear(.result(Stage.result(assignment)), from: "w").acknowledged.isEmpty)
    #expect(stage.machine.isFinished && !stage.machine.isSettled)
    let taken = stage.machine.takeBatch()
    let write = try #require(taken)
    #expect(stage.machine.takeBatch() == nil, "one batch at a time")
    #expect(try stage.ledger.counts().scored == 0)
    let receipt = try write.perform(on: stage.ledger, kinds: &stage.kinds)
    #expect(try stage.ledger.counts().scored == 2)
    #expect(stage.step(.written(receipt)).acknowledged == [assignment.lease])
    #expect(stage.machine.isSettled)
  }

  /// A disk that is slow makes workers send again; looking at that again would make it slower still.
  @Test func aResultThatComesAgainWhileItIsBeingWrittenIsLookedAtOnce() throws {
    var stage = try Stage(count: 2)
    let assignment = try #require(stage.join("w").first)
    let result = Stage.result(assignment)
    _ = stage.hear(.result(result), from: "w")
    #expect(stage.hear(.result(result), from: "w").isEmpty)
    let taken = stage.machine.takeBatch()
    let write = try #require(taken)
    #expect(write.batch.outcomes.count == 2 && write.duplicates.isEmpty)
    for _ in 0..<3 { #expect(stage.hear(.result(result), from: "w").isEmpty) }
    #expect(stage.machine.takeBatch() == nil)
    let receipt = try write.perform(on: stage.ledger, kinds: &stage.kinds)
    #expect(stage.step(.written(receipt)).acknowledged == [assignment.lease])
    #expect(stage.machine.isSettled)
    // The acknowledgement was lost: it is compared with what is there, and acknowledged again.
    _ = stage.hear(.result(result), from: "w")
    let late = stage.machine.takeBatch()
    #expect(late?.duplicates.count == 2)
  }

  @Test func aResultThatWasLostWithItsCoordinatorIsAskedForAgainAndCountedOnce() throws {
    var stage = try Stage(count: 4)
    let assignments = stage.join("w")
    #expect(assignments.count == 2)
    _ = stage.hear(.result(Stage.result(assignments[0])), from: "w")
    #expect(try stage.write().acknowledged == [assignments[0].lease])
    _ = stage.hear(.result(Stage.result(assignments[1])), from: "w")
    try stage.restart()
    #expect(stage.hear(.result(Stage.result(assignments[1])), from: "w").isReintroductionAsked)
    let again = stage.join("w")
    #expect(again.count == 1, "what is recorded is not handed out again")
    _ = stage.hear(.result(Stage.result(assignments[1])), from: "w")
    #expect(try stage.write().acknowledged == [assignments[1].lease], "the old epoch's lease counts")
    #expect(stage.machine.isFinished)
    #expect(try stage.ledger.counts().scored == 4)
    #expect(stage.hear(.result(Stage.result(assignments[0])), from: "w").acknowledged.isEmpty)
    #expect(try stage.write().acknowledged == [assignments[0].lease])
    #expect(try stage.ledger.counts().scored == 4)
  }

  @Test func aCoordinatorOfAnOlderEpochCanWriteNothing() throws {
    var stage = try Stage(count: 2)
    let joined = stage.join("w")
    let assignment = try #require(joined.first)
    _ = stage.hear(.result(Stage.result(assignment)), from: "w")
    _ = try stage.ledger.beginEpoch(host: "other", pid: 2)
    let taken = stage.machine.takeBatch()
    let write = try #require(taken)
    #expect(throws: LedgerError.self) { try write.perform(on: stage.ledger, kinds: &stage.kinds) }
    #expect(try stage.ledger.counts().scored == 0)
  }

  @Test func blameIsKeptOverARestartUntilTheGuiltyInterferogramIsQuarantinedAlone() throws {
    var stage = try Stage(count: 4, unitSize: 4)
    var deaths = 0
    var pid: Int32 = 100
    while try stage.ledger.counts().quarantined == 0 {
      pid += 1
      stage.step(.processStarted(pid: pid))
      var held = stage.join("w\(pid)", pid: pid)
      while let assignment = held.first, !assignment.interferograms.contains(where: { $0.number == 3 }) {
        held.removeFirst()
        held += stage.hear(.result(Stage.result(assignment)), from: "w\(pid)").assignments
      }
      try #require(!held.isEmpty)
      stage.step(
        .processEnded(pid: pid, Loss(.strong, cause: "signal 11, reading", computing: held[0].lease)))
      deaths += 1
      _ = try stage.write()
      try stage.restart()
      try #require(deaths < 20)
    }
    #expect(deaths == 2 + 1 + 3, "a restart after each death forgets nothing")
    #expect(try stage.ledger.counts().scored + stage.ledger.counts().open == 3)
    guard case .quarantined(let reason)? = try stage.ledger.outcome(ofInterferogram: 3)?.outcome else {
      Issue.record("interferogram 3 is not quarantined")
      return
    }
    #expect(reason.contains("signal 11, reading"))
  }

  @Test func resultsThatCannotBeAreNotRecordedAndTheirWorkerIsSentAwayAtTheThird() throws {
    var stage = try Stage(count: 20, unitSize: 1)
    let honest = stage.join("honest")
    let lies = stage.join("liar")
    let assignment = try #require(lies.first)
    var wrongShape = Stage.result(assignment)
    wrongShape.interferograms[0].score.patchRows = 9
    wrongShape.interferograms[0].score.patchColumns = 1
    var notANumber = Stage.result(assignment)
    notANumber.interferograms[0].score.maximumProbability = .nan
    var foreign = Stage.result(assignment)
    foreign.interferograms[0].number = try #require(honest.first?.interferograms.first?.number)
    var said: [CoordinatorMachine.Instruction] = []
    for lie in [wrongShape, notANumber, foreign] { said += stage.hear(.result(lie), from: "liar") }
    #expect(said.refusals.count == 1)
    _ = try stage.write()
    #expect(try stage.ledger.counts().scored == 0)
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion
    #expect(stage.hear(.hello(hello), from: "liar").refusals.count == 1)
    _ = stage.hear(.result(Stage.result(try #require(honest.first))), from: "honest")
    _ = try stage.write()
    #expect(try stage.ledger.counts().scored == 1)
  }

  @Test func aLateResultThatDiffersIsReportedAndTheFirstOneStays() throws {
    var stage = try Stage(count: 1)
    let slow = stage.join("slow")
    let old = try #require(slow.first)
    stage.beSilent(seconds: 31)
    let other = stage.join("other")
    let new = try #require(other.first)
    _ = stage.hear(.result(Stage.result(new, probability: 0.25)), from: "other")
    _ = try stage.write()
    #expect(stage.hear(.result(Stage.result(old, probability: 0.26)), from: "slow").isReintroductionAsked)
    _ = stage.join("slow")
    _ = stage.hear(.result(Stage.result(old, probability: 0.26)), from: "slow")
    let said = try stage.write()
    #expect(said.acknowledged == [old.lease])
    #expect(said.reports.contains { $0.contains("two machines returned different results") })
    #expect(try stage.ledger.differences().count == 1)
  }

  @Test func otherKindsMayDifferInTheLastDigitsAndOnesOwnMayNot() throws {
    for (kernel, isReported) in [("Haswell", true), ("SkylakeX", false)] {
      var stage = try Stage(count: 1)
      let slow = stage.join("slow", kernel: kernel)
      let old = try #require(slow.first)
      stage.beSilent(seconds: 31)
      let other = stage.join("other")
      let new = try #require(other.first)
      _ = stage.hear(.result(Stage.result(new, probability: 0.25)), from: "other")
      _ = stage.join("slow", kernel: kernel)
      _ = stage.hear(.result(Stage.result(old, probability: 0.250_001)), from: "slow")
      #expect(try stage.write().reports.contains { $0.contains("different results") } == isReported, "\(kernel)")
    }
  }

  @Test func anExitReportCostsItsWorkerAloneAndOnce() throws {
    var stage = try Stage(count: 8, unitSize: 2)
    _ = stage.join("a", pid: 5)
    _ = stage.join("b", pid: 6)
    var report = Volcsweep_ExitReport()
    (report.host, report.pid, report.signal) = ("elsewhere", 5, SIGSEGV)
    // Of a worker of another host, a keeper there knows nothing.
    let stranger = stage.hear(.exitReport(report), from: "keeper")
    #expect(stage.machine.workerCount == 2 && stranger.reports.isEmpty)
    report.host = "a"
    report.hasReading_p = true
    (report.stage, report.interferogram) = (.network, 1)
    let first = stage.hear(.exitReport(report), from: "keeper")
    #expect(first.reports.contains { $0.contains("worker lost") && $0.contains("SIGSEGV") }, "\(first.reports)")
    let again = stage.hear(.exitReport(report), from: "keeper")
    #expect(again.reports.isEmpty && stage.machine.workerCount == 1)
    for instructions in [stranger, first, again] {
      #expect(instructions.sent.contains { if case .pulse = $0 { true } else { false } })
    }
  }

  @Test func onlyProcessesStartedHereAreKilled() throws {
    var limits = SchedulingLimits()
    limits.silenceSeconds = 5
    var stage = try Stage(count: 8, limits: limits)
    stage.step(.processStarted(pid: 77))
    _ = stage.join("own", pid: 77)
    _ = stage.join("liar", pid: 77)
    _ = stage.join("remote", pid: 78)
    #expect(stage.beSilent(seconds: 6).killed == [77])
  }

  @Test func aDoubledOrLateHelloCostsTheWorkerNothing() throws {
    var stage = try Stage(count: 4)
    let assignments = stage.join("w")
    #expect(stage.join("w").isEmpty)
    _ = stage.hear(.result(Stage.result(assignments[0])), from: "w")
    #expect(try stage.write().acknowledged == [assignments[0].lease])
  }

  @Test func anOrphanDeliversButIsHandedNothing() throws {
    var stage = try Stage(count: 4)
    let assignments = stage.join("w")
    try stage.restart()
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion
    hello.deliversOnly = true
    _ = stage.hear(.hello(hello), from: "w")
    #expect(stage.hear(.ready(Volcsweep_Ready()), from: "w").assignments.isEmpty)
    _ = stage.hear(.result(Stage.result(assignments[0])), from: "w")
    #expect(try stage.write().acknowledged == [assignments[0].lease])
    #expect(stage.machine.workerCount == 0)
    #expect(stage.join("new").count == 1)
  }

  @Test func nothingIsHandedOutWhileTheLedgerHasNoRoom() throws {
    var stage = try Stage(count: 8)
    stage.machine.isHandingOut = false
    #expect(stage.join("w").isEmpty)
    stage.machine.isHandingOut = true
    #expect(stage.step(.tick).assignments.count == 2)
  }

  @Test func thatAResultComesFromActivationsIsBelievedOnlyWhereSomeWerePlanned() throws {
    var stage = try Stage(count: 2)
    let assignment = try #require(stage.join("liar").first)
    var result = Stage.result(assignment)
    result.reused = assignment.interferograms.map(\.number)
    _ = stage.hear(.result(result), from: "liar")
    _ = try stage.write()
    #expect(try stage.ledger.counts().scored == 2)
    for number in 1...2 { #expect(try stage.ledger.isFromActivations(number) == false) }
  }

  @Test func whatCanBeComparedWithNothingIsNoAgreement() throws {
    var stage = try Stage(count: 2)
    let assignment = try #require(stage.join("w").first)
    _ = stage.hear(.result(Stage.result(assignment)), from: "w")
    _ = try stage.write()
    let lease = assignment.lease
    let known = try #require(try stage.ledger.outcome(ofInterferogram: 1))
    let same = (1...2).map {
      RecordedOutcome(number: $0, outcome: known.outcome, unit: lease.unit, attempt: lease.attempt, worker: 1)
    }
    var activated = same[0]
    activated.isFromActivations = true
    var different = same[1]
    different.outcome = .rejected(reason: RejectionReason.empty.description)
    let cases: [([RecordedOutcome], Bool?)] = [
      (same, true), ([different], false), ([], nil), ([activated], nil), ([activated, same[1]], nil),
      ([same[1], activated], nil), ([activated, different], false), ([different, activated], false),
    ]
    for (later, agrees) in cases {
      let write = LedgerWrite(
        number: 1, epoch: lease.epoch, batch: LedgerBatch(), duplicates: later, compared: [lease])
      let receipt = try write.perform(on: stage.ledger, kinds: &stage.kinds)
      #expect(receipt.verdicts.map(\.agrees) == [agrees], "\(later.map(\.number))")
    }
  }

  @Test func aLiarsKeyIsBannedWhateverMachineItNamesAndItsOtherSessionsGo() throws {
    var limits = SchedulingLimits()
    (limits.checkFraction, limits.checkSeed, limits.window, limits.longestWindow) = (1, 1, 1, 1)
    var stage = try Stage(count: 6, unitSize: 1, limits: limits)
    var held: [(name: String, assignment: Volcsweep_Assignment)] = []
    let workers = [("bad 1", "bad@one"), ("bad 2", "bad@one"), ("good", "good@two"), ("fine", "fine@three")]
    for (index, (name, host)) in workers.enumerated() {
      for assignment in stage.join(name, host: host, pid: Int32(index), socket: 1) {
        held.append((name: name, assignment: assignment))
      }
    }
    var reports: [String] = []
    while !held.isEmpty, !reports.contains(where: { $0.contains("results are wrong") }) {
      let (name, assignment) = held.removeFirst()
      let lies = name.hasPrefix("bad")
      let result = Stage.result(assignment, probability: lies ? 0.75 : 0.25)
      var said = stage.hear(.result(result), from: name, socket: 1)
      said += try stage.write()
      reports += said.reports
      held += said.assigned
    }
    #expect(reports.contains { $0.contains("results are wrong") && $0.contains("bad@one") }, "\(reports)")
    #expect(!stage.machine.peers.values.contains { $0.host.hasPrefix("bad@") })
    #expect(stage.machine.workerCount == 2)
    #expect(stage.introduce("bad@elsewhere", machine: "", socket: 1).refusals.count == 1)
    #expect(stage.introduce("new@one", machine: "", socket: 1).welcomes.count == 1)
    // What both of its processes brought is withdrawn.
    for number in 1...6 {
      guard case .scored(let result)? = try stage.ledger.outcome(ofInterferogram: number)?.outcome else { continue }
      #expect(result.maximumProbability == 0.25, "interferogram \(number)")
    }
  }

  @Test func aWorkerOfAnotherProtocolIsToldWhichOneIsSpokenHere() throws {
    var stage = try Stage(count: 2)
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion + 1
    let refusals = stage.hear(.hello(hello), from: "w").refusals
    let refusal = try #require(refusals.first)
    #expect(
      refusal.contains("protocol version \(protocolVersion + 1)")
        && refusal.contains("coordinator version \(protocolVersion)"))
  }
}
