import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import Messaging
import Scheduling
import Testing

@testable import Coordination

/// A coordinator's machine on a real ledger, its workers' messages played by the test.
private struct Stage {
  let folder: URL
  let ledger: Ledger
  var machine: CoordinatorMachine
  var now = Instant(nanoseconds: 0)
  var kinds: [Int: MachineKind] = [:]

  /// A sweep of `count` interferograms of one stack of 3 × 3 patches, in units of `unitSize`.
  init(count: Int, unitSize: Int = 2, limits: SchedulingLimits = SchedulingLimits()) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "machine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    let profile = MethodProfile.biggs2022
    try ledger.bind(to: SweepIdentity(model: "test", modelSHA256: "0", profile: "biggs2022", patchSize: 227))
    let stack = PlannedStack(
      file: "a.h5", volcano: "a", volcanoName: "A", frame: "f", grid: Grid(height: 300, width: 300),
      geoTransform: GeoTransform(west: 0, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
    let pairs = (0..<count).compactMap {
      DatePair("20200101_2020\(String(format: "%02d%02d", 2 + $0 / 28, 1 + $0 % 28))")
    }
    _ = try ledger.plan(stack, pairs: pairs)
    try ledger.planUnits(size: unitSize)
    machine = try Self.machine(ledger, PatchRule(profile: profile, patchSize: 227), limits)
  }

  private static func machine(_ ledger: Ledger, _ rule: PatchRule, _ limits: SchedulingLimits) throws
    -> CoordinatorMachine
  {
    var settings = CoordinatorSettings(
      address: "", archive: URL(fileURLWithPath: "/archive"), modelPath: "", modelSHA256: "", profile: "",
      batchSize: 1)
    settings.limits = limits
    return CoordinatorMachine(
      settings: settings, epoch: try ledger.beginEpoch(host: "test", pid: 1),
      plan: try SweepPlan(ledger, rule: rule), counts: try ledger.counts())
  }

  /// Another coordinator on the same ledger, with this one's batches lost.
  mutating func restart() throws {
    machine = try Self.machine(
      ledger, PatchRule(profile: .biggs2022, patchSize: 227), machine.settings.limits)
    kinds = [:]
  }

  @discardableResult mutating func step(_ input: CoordinatorMachine.Input, after seconds: Double = 0)
    -> [CoordinatorMachine.Instruction]
  {
    now = now.advanced(bySeconds: seconds)
    return machine.handle(input, at: now, time: 0)
  }

  mutating func hear(_ body: Volcsweep_ToCoordinator.OneOf_Body, from name: String) -> [CoordinatorMachine
    .Instruction]
  {
    step(.message(Volcsweep_ToCoordinator(body), from: PeerID(identity: Array(name.utf8))))
  }

  /// Has a worker introduce itself and take units.
  mutating func join(_ name: String, pid: Int32 = 0, kernel: String = "Haswell") -> [Volcsweep_Assignment] {
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion
    hello.host = name
    hello.pid = pid
    hello.blasKernel = kernel
    _ = hear(.hello(hello), from: name)
    return hear(.ready(Volcsweep_Ready()), from: name).assignments
  }

  mutating func introduce(_ name: String, machine: String) -> [CoordinatorMachine.Instruction] {
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion
    hello.host = name
    hello.planMachine = machine
    return hear(.hello(hello), from: name)
  }

  /// Lets time pass in which nobody says a word.
  @discardableResult mutating func beSilent(seconds: Int) -> [CoordinatorMachine.Instruction] {
    (0..<seconds).flatMap { _ in step(.tick, after: 1) }
  }

  /// Makes everything that gathered durable.
  mutating func write() throws -> [CoordinatorMachine.Instruction] {
    var instructions: [CoordinatorMachine.Instruction] = []
    while let write = machine.takeBatch() {
      instructions += step(.written(try write.perform(on: ledger, kinds: &kinds)))
    }
    return instructions
  }

  static func result(_ assignment: Volcsweep_Assignment, probability: Float = 0.25) -> Volcsweep_UnitResult {
    var result = Volcsweep_UnitResult()
    result.lease = assignment.lease
    result.interferograms = assignment.interferograms.map { planned in
      var interferogram = Volcsweep_InterferogramResult()
      interferogram.number = planned.number
      interferogram.score = score(probability)
      return interferogram
    }
    return result
  }

  static func score(_ probability: Float) -> Volcsweep_Score {
    let patches = [Float](repeating: probability, count: 9)
    var score = Volcsweep_Score()
    score.patchProbabilities = patches.withUnsafeBytes { Data($0) }
    score.patchRows = 3
    score.patchColumns = 3
    score.keptPatches = 9
    score.maximumProbability = probability
    return score
  }
}

extension [CoordinatorMachine.Instruction] {
  fileprivate var sent: [Volcsweep_ToWorker.OneOf_Body] {
    compactMap {
      guard case .send(let message, _) = $0 else { return nil }
      return message.body
    }
  }

  fileprivate var welcomes: [Volcsweep_Welcome] {
    sent.compactMap {
      guard case .welcome(let welcome) = $0 else { return nil }
      return welcome
    }
  }

  fileprivate var assignments: [Volcsweep_Assignment] {
    sent.compactMap {
      guard case .assignment(let assignment) = $0 else { return nil }
      return assignment
    }
  }

  fileprivate var acknowledged: [Volcsweep_Lease] {
    sent.compactMap {
      guard case .acknowledgement(let acknowledgement) = $0 else { return nil }
      return acknowledgement.lease
    }
  }

  fileprivate var refusals: [String] {
    sent.compactMap {
      guard case .refusal(let refusal) = $0 else { return nil }
      return refusal.reason
    }
  }

  fileprivate var isReintroductionAsked: Bool {
    sent.contains {
      guard case .reintroduction = $0 else { return false }
      return true
    }
  }

  fileprivate var reports: [String] {
    compactMap {
      guard case .report(_, let text, let metadata) = $0 else { return nil }
      // A dictionary's own order differs from run to run.
      return "\(text) \(metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })"
    }
  }

  fileprivate var killed: [Int32] {
    compactMap {
      guard case .kill(let pid) = $0 else { return nil }
      return pid
    }
  }
}

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
        .processEnded(pid: pid, Loss(.strong, cause: "signal 11, reading", computing: Lease(held[0].lease))))
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
    #expect(said.reports.contains { $0.contains("two machines disagree") })
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
      #expect(try stage.write().reports.contains { $0.contains("disagree") } == isReported, "\(kernel)")
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

  @Test func aWorkerOfAnotherProtocolIsToldWhichOneIsSpokenHere() throws {
    var stage = try Stage(count: 2)
    var hello = Volcsweep_Hello()
    hello.protocolVersion = protocolVersion + 1
    let refusals = stage.hear(.hello(hello), from: "w").refusals
    let refusal = try #require(refusals.first)
    #expect(
      refusal.contains("protocol \(protocolVersion + 1)") && refusal.contains("coordinator \(protocolVersion)"))
  }
}
