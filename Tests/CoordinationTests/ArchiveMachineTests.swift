import Foundation
import Interferometry
import Ledger
import Messaging
import Narration
import Scheduling
import Testing

@testable import Coordination

/// Workers that do not see the archive, as the coordinator's machine meets them.
@Suite struct ArchiveMachineTests {
  private static let proofs = ["a.h5": Data([1]), "b.h5": Data([2])]

  private static func ready(_ identity: Data, trouble: String = "") -> Volcsweep_ToCoordinator.OneOf_Body {
    var ready = Volcsweep_Ready()
    ready.archiveIdentity = identity
    ready.archiveTrouble = trouble
    return .ready(ready)
  }

  private static func unreadable(
    _ assignment: Volcsweep_Assignment, _ trouble: ReadingTrouble, detail: String = "errno = 5"
  ) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    result.interferograms = assignment.interferograms.map { planned in
      var message = Volcsweep_InterferogramResult()
      message.number = planned.number
      message.unreadable.reason = trouble.description
      message.unreadable.detail = detail
      return message
    }
    return result
  }

  @Test func aWorkerThatSeesAnotherArchiveOrNoneGetsNoUnitAndComesBackAfterAWhile() throws {
    var stage = try Stage(count: 4, proofs: Self.proofs)
    let asked = try #require(stage.introduce("node7", machine: "").welcomes.first?.proofStack)
    let planned = try #require(Self.proofs[asked])
    for (identity, words) in [
      (Data(), "cannot be read by this worker: Stale "), (Data([9]), "differs from the planned stack"),
    ] {
      let refused = stage.hear(Self.ready(identity, trouble: "Stale \u{1B}file handle\n"), from: "node7")
      #expect(refused.assignments.isEmpty)
      let refusal = try #require(refused.refusalsForAWhile.first)
      #expect(refusal.retrySeconds > 0 && refusal.retrySeconds <= 10)
      #expect(
        refusal.reason.contains("node7:") && refusal.reason.contains("/archive/") && refusal.reason.contains(words))
      #expect(refused.reports.contains { $0.contains("suspended") && !$0.contains("\u{1B}") })
      #expect(stage.machine.workerStatus(at: stage.now).map(\.state) == ["no_archive"])
      // Too early: it is refused again.
      #expect(stage.introduce("node7", machine: "").welcomes.isEmpty)
      stage.beSilent(seconds: Int(refusal.retrySeconds) + 1)
      #expect(stage.introduce("node7", machine: "").welcomes.count == 1)
    }
    let last = try #require(stage.machine.peers.values.first?.proof)
    let joined = stage.hear(Self.ready(try #require(Self.proofs[last])), from: "node7")
    #expect(!joined.assignments.isEmpty && planned.count == 1)
  }

  /// A stack that is damaged meanwhile must not keep everybody out.
  @Test func anotherStackIsAskedForAfterAProofThatFailed() throws {
    var stage = try Stage(count: 4, proofs: Self.proofs)
    var asked: Set<String> = []
    for _ in 0..<2 {
      asked.formUnion(stage.introduce("w", machine: "").welcomes.map(\.proofStack))
      _ = stage.hear(Self.ready(Data()), from: "w")
      stage.beSilent(seconds: 12)
    }
    #expect(asked == Set(Self.proofs.keys))
  }

  @Test func whatAWorkerCannotReadIsNoOutcomeWhileAnotherMayReadIt() throws {
    var stage = try Stage(count: 2)
    let first = try #require(stage.join("blind").first)
    #expect(stage.join("healthy").isEmpty)
    let failed = stage.hear(
      .result(Self.unreadable(first, .stackMissing, detail: "no \u{1B}[31mfile")), from: "blind")
    #expect(failed.reports.contains { $0.contains("cannot read") && !$0.contains("\u{1B}") })
    let second = try #require(failed.assignments.first)
    #expect(second.unit == first.unit && second.attempt == 2)
    let written = try stage.write()
    #expect(written.acknowledged == [first.lease], "it need not be sent again")
    #expect(try stage.ledger.counts().open == 2)
    _ = stage.hear(.result(Stage.result(second)), from: "healthy")
    _ = try stage.write()
    #expect(try stage.ledger.counts().scored == 2)
    let history = try #require(try stage.ledger.history(ofInterferogram: 1))
    let lines = HistoryNarrative(history).lines.joined(separator: "\n")
    #expect(
      lines.contains("blind:0 could not read") && lines.contains(ReadingTrouble.stackMissing.description),
      "\(lines)")
  }

  @Test func whatNobodyReadsEndsUnreadableInFixedWordsAndIsOpenForTheNextStart() throws {
    var stage = try Stage(count: 2, proofs: ["other.h5": Data([1])])
    _ = stage.introduce("w", machine: "")
    var held = try #require(stage.hear(Self.ready(Data([1])), from: "w").assignments.first)
    for _ in 0..<SchedulingLimits().triesBeforeUnreadable {
      let failed = stage.hear(.result(Self.unreadable(held, .pixels, detail: "time = Tue, buf = 0x55")), from: "w")
      guard !stage.machine.isFinished else { break }
      let again = failed.assignments + stage.beSilent(seconds: 10).assignments
      held = try #require(again.first)
    }
    #expect(stage.machine.isFinished)
    _ = try stage.write()
    let counts = try stage.ledger.counts()
    #expect(counts.unreadable == 2 && counts.open == 0 && counts.rejected == 0)
    #expect(stage.machine.counts == counts)
    #expect(
      try stage.ledger.outcome(ofInterferogram: 1)?.outcome
        == .unreadable(reason: ReadingTrouble.pixels.description))
    #expect(try stage.ledger.reopenUnreadable() == 2)
    try stage.restart()
    #expect(!stage.machine.isFinished)
  }

  @Test func aReasonInAWorkersOwnWordsIsNoResult() throws {
    var stage = try Stage(count: 2)
    let held = try #require(stage.join("liar").first)
    var lie = Self.unreadable(held, .pixels)
    lie.interferograms[0].rejection = "the operator told me so"
    #expect(stage.hear(.result(lie), from: "liar").reports.contains { $0.contains("invalid result") })
    _ = try stage.write()
    #expect(try stage.ledger.counts().open == 2)
  }

  @Test func whenNoWorkerSeesTheArchiveTheSweepWaitsAndThenEndsAsUnreadable() throws {
    var limits = SchedulingLimits()
    limits.archiveSeconds = 60
    var stage = try Stage(count: 4, limits: limits, proofs: Self.proofs)
    func comeBack() {
      _ = stage.introduce("w", machine: "")
      _ = stage.hear(Self.ready(Data()), from: "w")
    }
    comeBack()
    for _ in 0..<5 {
      stage.beSilent(seconds: 11)
      comeBack()
    }
    #expect(!stage.machine.isFinished)
    let last = stage.beSilent(seconds: 10)
    #expect(last.reports.contains { $0.contains("no worker sees the archive") })
    #expect(stage.machine.isFinished)
    _ = try stage.write()
    let counts = try stage.ledger.counts()
    #expect(counts.unreadable == 4 && counts.rejected == 0)
    #expect(
      try stage.ledger.outcome(ofInterferogram: 4)?.outcome
        == .unreadable(reason: ReadingTrouble.archive.description))
  }

  @Test func oneMachineElsewhereWithoutTheArchiveEndsNoSweep() throws {
    var limits = SchedulingLimits()
    limits.archiveSeconds = 60
    var stage = try Stage(count: 4, limits: limits, proofs: Self.proofs)
    var reports: [String] = []
    func comeBack(_ names: [String]) {
      for name in names {
        _ = stage.introduce(name, machine: "", socket: 1)
        _ = stage.hear(Self.ready(Data()), from: name, socket: 1)
      }
      reports += stage.beSilent(seconds: 11).reports
    }
    for _ in 0..<12 { comeBack(["a@one"]) }
    #expect(reports.filter { $0.contains("waiting for workers on other machines") }.count == 1)
    // The same machine's word under another key.
    for _ in 0..<12 { comeBack(["a@one", "b@one"]) }
    #expect(!stage.machine.isFinished)
    for _ in 0..<5 { comeBack(["a@one", "b@two"]) }
    #expect(!stage.machine.isFinished, "the second machine is given its time, too")
    for _ in 0..<2 { comeBack(["a@one", "b@two"]) }
    #expect(stage.machine.isFinished)
  }

  @Test func aPlanIsTakenAfterTheProofAlone() throws {
    var stage = try Stage(count: 4, proofs: Self.proofs)
    #expect(stage.introduce("blind", machine: "kind").welcomes.map(\.makesPlan) == [true])
    var ready = Volcsweep_Ready()
    ready.plan = "a plan"
    #expect(stage.hear(.ready(ready), from: "blind").refusalsForAWhile.count == 1)
    _ = try stage.write()
    #expect(try stage.ledger.machinePlans().isEmpty)
    #expect(stage.introduce("other", machine: "kind").welcomes.map(\.makesPlan) == [true], "it is not waited for")
  }

  @Test func anArchiveThatComesBackInTimeCostsNothing() throws {
    var stage = try Stage(count: 2, proofs: Self.proofs)
    _ = stage.introduce("w", machine: "")
    let asked = try #require(stage.machine.peers.values.first?.proof)
    let known = try #require(Self.proofs[asked])
    let held = try #require(stage.hear(Self.ready(known), from: "w").assignments.first)
    let lost = stage.hear(.result(Self.unreadable(held, .archive)), from: "w")
    #expect(lost.refusalsForAWhile.count == 1 && stage.machine.workerCount == 0)
    stage.beSilent(seconds: 30)
    _ = stage.introduce("w", machine: "")
    let proof = try #require(stage.machine.peers.values.first?.proof)
    let other = try #require(Self.proofs[proof])
    let again = try #require(stage.hear(Self.ready(other), from: "w").assignments.first)
    _ = stage.hear(.result(Stage.result(again)), from: "w")
    _ = try stage.write()
    #expect(try stage.ledger.counts().scored == 2)
  }
}

extension [CoordinatorMachine.Instruction] {
  fileprivate var refusalsForAWhile: [Volcsweep_Refusal] {
    sent.compactMap {
      guard case .refusal(let refusal) = $0, refusal.retrySeconds > 0 else { return nil }
      return refusal
    }
  }
}
