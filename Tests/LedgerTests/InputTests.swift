import Foundation
import GRDB
import Interferometry
import Narration
import SweepRecords
import Testing

import struct Scheduling.Lease

@testable import Ledger

/// What a ledger keeps of its input, and what becomes of it when that changes.
@Suite struct InputTests {
  private let file: LedgerFile
  private let ledger: Ledger
  private static let old = SweepIdentity(model: "a 1", modelSHA256: "aa", profile: "{}", patchSize: 224)
  private static let new = SweepIdentity(model: "b 2", modelSHA256: "bb", profile: "{}", patchSize: 224)
  private static let first = Data(repeating: 1, count: 32)
  private static let second = Data(repeating: 2, count: 32)

  /// Four interferograms: two scored with stored activations, one rejected, one open.
  init() throws {
    file = try LedgerFile()
    ledger = try Ledger(path: file.path)
    try ledger.bind(to: Self.old)
    _ = try ledger.plan(SmallSweep.stack(0), pairs: (0..<4).map(SmallSweep.pair))
    try ledger.planUnits(size: 6)
    let layer = try ledger.activationLayer(name: "pool", fingerprint: "ff")
    var outcomes = [
      Self.scored(1), Self.scored(2),
      RecordedOutcome(number: 3, outcome: .rejected(reason: "empty: no pixel has data")),
    ]
    for index in outcomes.indices { outcomes[index].pixelHash = Self.first }
    for index in 0..<2 { outcomes[index].activation = (layer, Lease(epoch: 1, unit: 1, attempt: index)) }
    try ledger.write(LedgerBatch(outcomes: outcomes), epoch: try ledger.beginEpoch(host: "here", pid: 1))
  }

  private static func scored(_ number: Int) -> RecordedOutcome {
    RecordedOutcome(
      number: number,
      outcome: .scored(
        DetectionResult(
          patchProbabilities: [0.25], patchRows: 1, patchColumns: 1, maximumProbability: 0.25, row: 1, column: 2,
          latitudeDegrees: 0, longitudeDegrees: 0, pixelsAbove05: 0, pixelsAbove08: 0, keptPatches: 1,
          noDataShare: 0,
          meanCoherence: nil)))
  }

  @Test func hashesAreKeptWithOutcomesAlsoOfRejections() throws {
    let inputs = try ledger.inputs(ofStack: 1)
    #expect(inputs.map(\.pixelHash) == [Self.first, Self.first, Self.first, nil])
    #expect(inputs.map(\.standing) == [.decided, .decided, .decided, .open])
  }

  @Test func changedPixelsAreOpenAgainAndNothingThatIsKnownOfThemIsReused() throws {
    try ledger.rebind(to: Self.new) { _ in StaleOutcomes(includesUnscored: false, rejections: []) }
    #expect(try ledger.knownGates().keys.sorted() == [1, 2])
    try ledger.note(
      [1: .pixels], pixelHashes: [1: Self.second], ofStack: 1,
      state: StackState(identity: Self.first, stamp: "10 1.2 1.3 7"))
    #expect(try ledger.knownGates().keys.sorted() == [2])
    #expect(try ledger.activations(ofLayer: 1).keys.sorted() == [2])
    #expect(try ledger.inputs(ofStack: 1).first?.pixelHash == Self.second)
    #expect(try ledger.stackStates() == [1: StackState(identity: Self.first, stamp: "10 1.2 1.3 7")])
    let history = try #require(try ledger.history(ofInterferogram: 1))
    #expect(history.inputChanges.map(\.kind) == [.pixels])
  }

  @Test func aResultOfOtherPixelsThanExpectedMakesTheNextStartCompare() throws {
    try ledger.note(
      [1: .pixels], pixelHashes: [1: Self.second], ofStack: 1, state: StackState(identity: Self.first, stamp: "10"))
    var late = Self.scored(1)
    late.pixelHash = Self.second
    try ledger.write(LedgerBatch(outcomes: [late]), epoch: 1)
    #expect(try ledger.stackStates()[1]?.stamp == "10")
    try ledger.note([1: .pixels], pixelHashes: [:], ofStack: 1, state: nil)
    late.pixelHash = Self.first
    try ledger.write(LedgerBatch(outcomes: [late]), epoch: 1)
    #expect(try ledger.stackStates()[1]?.stamp == nil)
    #expect(try ledger.inputs(ofStack: 1).first?.pixelHash == Self.first)
  }

  @Test func aScoreFromActivationsKeepsTheKnownHash() throws {
    try ledger.rebind(to: Self.new) { _ in StaleOutcomes(includesUnscored: true, rejections: []) }
    var reused = Self.scored(1)
    reused.isFromActivations = true
    try ledger.write(LedgerBatch(outcomes: [reused]), epoch: 1)
    #expect(try ledger.inputs(ofStack: 1).first?.pixelHash == Self.first)
  }

  @Test func whatLeavesThePlanIsInNoCountAndNoListAndComesBack() throws {
    try ledger.note([1: .dropped, 3: .gone], pixelHashes: [:], ofStack: 1, state: nil)
    var counts = try ledger.counts()
    #expect((counts.planned, counts.scored, counts.rejected, counts.open) == (2, 1, 0, 1))
    let volcano = SmallSweep.stack(0).volcano
    #expect(try ledger.interferograms(ofVolcano: volcano).map(\.number) == [2, 4])
    #expect(try ledger.failures(limit: 9).isEmpty)
    #expect(try ledger.openInterferograms().map(\.number) == [4])
    let lines = HistoryNarrative(try #require(try ledger.history(ofInterferogram: 1))).lines
    #expect(
      lines.contains {
        $0.contains("its stack's dropIfgram excludes it; removed from the plan (before: scored 0.25)")
      })
    // Planning the same pair does not bring it back; the comparison does.
    _ = try ledger.plan(SmallSweep.stack(0), pairs: [try SmallSweep.pair(0)])
    #expect(try ledger.counts().planned == 2)
    try ledger.note([1: .returned], pixelHashes: [:], ofStack: 1, state: nil)
    counts = try ledger.counts()
    #expect((counts.planned, counts.open) == (3, 2))
  }

  @Test func whatReturnsWithPixelsThatNobodyKnowsIsComputedFromThem() throws {
    try ledger.rebind(to: Self.new) { _ in StaleOutcomes(includesUnscored: false, rejections: []) }
    try ledger.database.write { try $0.execute(sql: "DELETE FROM pixel_hash WHERE number = 1") }
    for kind in [InputChange.Kind.gone, .returned] {
      try ledger.note([1: kind, 2: kind], pixelHashes: [:], ofStack: 1, state: nil)
    }
    #expect(try ledger.openInterferograms().map(\.number) == [1, 2, 4])
    #expect(try ledger.activations(ofLayer: 1).keys.sorted() == [2])
    #expect(try ledger.knownGates().keys.sorted() == [2])
  }

  @Test func aStackIsKnownByItsVolcanoAndFrameWhateverItsFileIsCalled() throws {
    var renamed = SmallSweep.stack(0)
    renamed.file = "renamed.h5"
    #expect(try ledger.align(with: [renamed]).changed.isEmpty)
    #expect(try ledger.stacks()[1]?.file == "renamed.h5")
    var other = SmallSweep.stack(0)
    other.file = "renamed.h5"
    other.volcano = "another"
    let aligned = try ledger.align(with: [other])
    #expect(aligned.gone == [1])
    #expect(try ledger.plan(other, pairs: [try SmallSweep.pair(0)]) == 1)
    var moved = other
    moved.grid = Grid(height: 300, width: 310)
    #expect(try ledger.align(with: [moved]).changed == [2])
    #expect(try ledger.stacks()[2] == moved)
  }

  @Test(arguments: [
    ("volcano", "../../../archive/other"), ("frame", "a/b"), ("file", "../x.h5"), ("volcano_name", "\u{1B}[2J"),
  ])
  func aLedgerThatWasEditedByHandCostsOnlyTheStackWithTheBadName(_ column: String, _ text: String) throws {
    _ = try ledger.plan(SmallSweep.stack(1), pairs: [try SmallSweep.pair(0)])
    try ledger.database.write {
      try $0.execute(sql: "UPDATE stack SET \(column) = ? WHERE id = 1", arguments: [text])
    }
    #expect(try ledger.stacks().keys.sorted() == [2])
    #expect(try ledger.volcanoes() == [SmallSweep.stack(1).volcano])
    let reason = try #require(try ledger.misnamedStacks().first?.reason)
    #expect(!reason.unicodeScalars.contains { $0.value < 32 })
    #expect(try ledger.interferograms(ofVolcano: SmallSweep.stack(1).volcano).count == 1)
  }
}
