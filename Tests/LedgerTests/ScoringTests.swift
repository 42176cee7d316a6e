import Foundation
import Interferometry
import Narration
import SweepRecords
import Testing

import struct Scheduling.Lease

@testable import Ledger

/// Ledgers whose model or method changes.
@Suite struct ScoringTests {
  private let file: LedgerFile
  private let ledger: Ledger
  private static let old = SweepIdentity(model: "a 1", modelSHA256: "aa", profile: "{}", patchSize: 224)
  private static let new = SweepIdentity(model: "b 2", modelSHA256: "bb", profile: "{}", patchSize: 224)

  /// Six interferograms: two scored, one that the gate kept out, one rejected, one quarantined, one open.
  init() throws {
    file = try LedgerFile()
    ledger = try Ledger(path: file.path)
    try ledger.bind(to: Self.old)
    _ = try ledger.plan(SmallSweep.stack(0), pairs: (0..<6).map(SmallSweep.pair))
    try ledger.planUnits(size: 6)
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    var outcomes = [
      Self.scored(1, [0.9, .nan]), Self.scored(2, [0.2, 0.7]), Self.scored(3, [.nan, .nan]),
      RecordedOutcome(number: 4, outcome: .rejected(reason: "empty: no pixel has data")),
      RecordedOutcome(number: 5, outcome: .quarantined(reason: "its workers died")),
    ]
    let layer = try ledger.activationLayer(name: "pool", fingerprint: "ff")
    outcomes[0].activation = (layer, Lease(epoch: 1, unit: 1, attempt: 7))
    outcomes[1].activation = (layer, Lease(epoch: 1, unit: 1, attempt: 8))
    try ledger.write(LedgerBatch(outcomes: outcomes), epoch: epoch)
  }

  private static func scored(_ number: Int, _ probabilities: [Float]) -> RecordedOutcome {
    let judged = probabilities.filter { !$0.isNaN }
    return RecordedOutcome(
      number: number,
      outcome: .scored(
        DetectionResult(
          patchProbabilities: probabilities, patchRows: 1, patchColumns: 2, maximumProbability: judged.max() ?? 0,
          row: 1, column: 2, latitudeDegrees: 0, longitudeDegrees: 0, pixelsAbove05: 0, pixelsAbove08: 0,
          keptPatches: judged.count, noDataShare: 0.25, meanCoherence: number == 1 ? 0.5 : nil)))
  }

  private static let stale = StaleOutcomes(includesUnscored: false, rejections: ["the network"])

  @Test func aNewModelLeavesWhatDoesNotDependOnItAndOpensTheRest() throws {
    let change = try #require(try ledger.change(to: Self.new) { _ in Self.stale })
    #expect(change.stale == 3 && change.valid == 2)
    #expect(change.differences.elementsEqual(["model was a 1, now b 2", "model_sha256 was aa, now bb"]))
    try ledger.rebind(to: Self.new) { _ in Self.stale }
    #expect(try ledger.openInterferograms().map(\.number).elementsEqual([1, 2, 5, 6]))
    #expect(try ledger.outcome(ofInterferogram: 3) != nil)
    #expect(try ledger.outcome(ofInterferogram: 4)?.outcome == .rejected(reason: "empty: no pixel has data"))
    #expect(try ledger.identity() == Self.new)
    #expect(try ledger.change(to: Self.new) { _ in Self.stale } == nil)
    // What is open again is cut into units anew; the open one stays in its unit.
    try ledger.planUnits(size: 6)
    #expect(try ledger.openUnits().map(\.interferograms).elementsEqual([[6], [1, 2, 5]]))
  }

  @Test func candidatesOfThePresentScoringAreCounted() throws {
    #expect(try ledger.candidateCount(above: 0.5) == 2)
    #expect(try ledger.candidateCount(above: 0.8) == 1)
    try ledger.rebind(to: Self.new) { _ in Self.stale }
    #expect(try ledger.candidateCount(above: 0.5) == 0)
  }

  @Test func anotherMethodLeavesOnlyWhatCannotBeScored() throws {
    var identity = Self.old
    identity.profile = "{\"name\":\"other\"}"
    let stale = StaleOutcomes(includesUnscored: true, rejections: ["too small"])
    try ledger.rebind(to: identity) { _ in stale }
    #expect(try ledger.openInterferograms().map(\.number).elementsEqual([1, 2, 3, 5, 6]))
    #expect(try ledger.knownGates().isEmpty)
    #expect(try ledger.reusableLayers().isEmpty)
  }

  @Test func rejectionsThatAnotherModelMayNotRepeatAreOpened() throws {
    let stale = StaleOutcomes(includesUnscored: false, rejections: ["empty"])
    try ledger.rebind(to: Self.new) { _ in stale }
    #expect(try ledger.openInterferograms().map(\.number).elementsEqual([1, 2, 4, 5, 6]))
  }

  @Test func theScoresOfBeforeStayToBeCompared() throws {
    try ledger.rebind(to: Self.new) { _ in Self.stale }
    let epoch = try ledger.beginEpoch(host: "here", pid: 2)
    try ledger.write(LedgerBatch(outcomes: [Self.scored(1, [0.1, .nan])]), epoch: epoch)
    let earlier = try ledger.earlierScorings()
    #expect(earlier.map(\.identity).elementsEqual([Self.old]) && earlier.first?.lastEpoch == 1)
    let before = try ledger.interferograms(ofEarlierScoring: 1)
    #expect(before.map(\.number).elementsEqual([1, 2, 3, 4, 5]))
    guard case .scored(let first)? = before.first?.outcome else {
      Issue.record("the score is gone")
      return
    }
    #expect(first.patchProbabilities[0] == 0.9 && first.patchProbabilities[1].isNaN && first.meanCoherence == 0.5)
    let now = try ledger.interferograms(ofVolcano: "v0")
    #expect(now.compactMap(\.epoch).elementsEqual([2, 1, 1]))
    let history = try #require(try ledger.history(ofInterferogram: 1))
    #expect(
      HistoryNarrative(history).lines.last?.hasSuffix("scoring 1, by model a 1 (aa), ended with: scored 0.9")
        == true)
    // And once more, from a scoring that was not complete.
    try ledger.rebind(to: Self.old) { _ in Self.stale }
    #expect(try ledger.earlierScorings().map(\.number).elementsEqual([1, 2]))
    #expect(try ledger.interferograms(ofEarlierScoring: 2).map(\.number).elementsEqual([1, 3, 4]))
    #expect(try ledger.interferograms(ofEarlierScoring: 1).count == 5)
  }

  @Test func gatesAreKnownFromTheLastScoringThatAsked() throws {
    try ledger.rebind(to: Self.new) { _ in Self.stale }
    let gates = try ledger.knownGates()
    #expect(gates.keys.sorted().elementsEqual([1, 2]))
    #expect(gates[1] == KnownGate(keptPatches: Data([0b01]), noDataShare: 0.25, meanCoherence: 0.5))
    #expect(gates[2] == KnownGate(keptPatches: Data([0b11]), noDataShare: 0.25, meanCoherence: nil))
  }

  @Test func activationsAreFoundForWhatIsOpenAndReplacedByThoseOfALaterScore() throws {
    #expect(try ledger.reusableLayers().isEmpty)
    try ledger.rebind(to: Self.new) { _ in Self.stale }
    let layer = try #require(try ledger.reusableLayers().first)
    #expect(layer.name == "pool" && layer.fingerprint == "ff")
    let places = try ledger.activations(ofLayer: layer.id)
    #expect(places[1]?.activationFileName == "1-1-7.activations" && places[2]?.attempt == 8 && places.count == 2)
    let epoch = try ledger.beginEpoch(host: "here", pid: 2)
    var outcome = Self.scored(1, [0.1, .nan])
    outcome.isFromActivations = true
    var other = Self.scored(2, [0.1, 0.1])
    other.activation = (layer.id, Lease(epoch: 2, unit: 2, attempt: 1))
    try ledger.write(LedgerBatch(outcomes: [outcome, other]), epoch: epoch)
    #expect(try ledger.scoredFromActivations() == [1])
    let known = try ledger.activationFiles()
    #expect(known.files == [["s0.h5", "1-1-7.activations"], ["s0.h5", "2-2-1.activations"]])
    #expect(known.interferograms == 2)
    // A score by another model is not marked any more, but has its activations still.
    try ledger.rebind(to: Self.old) { _ in Self.stale }
    #expect(try ledger.scoredFromActivations().isEmpty)
    #expect(try ledger.activations(ofLayer: layer.id).count == 2)
  }

  @Test func aLedgerOfAnOlderVolcsweepThatIsOnlyReadHasNoEarlierScorings() throws {
    let older = try LedgerFile()
    try Version1Ledger.write(older.path)
    let ledger = try Ledger(reading: older.path)
    #expect(try ledger.earlierScorings().isEmpty && ledger.scoredFromActivations().isEmpty)
  }
}
