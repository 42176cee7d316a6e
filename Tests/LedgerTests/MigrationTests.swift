import Foundation
import GRDB
import Interferometry
import Narration
import SweepRecords
import Testing

@testable import Ledger

/// Ledgers of the first version.
@Suite struct MigrationTests {
  private let file: LedgerFile

  init() throws {
    file = try LedgerFile()
    try Version1Ledger.write(file.path)
  }

  @Test func aVersion1LedgerKeepsItsOutcomesAndContinues() throws {
    let ledger = try Ledger(path: file.path)
    let first = try #require(try ledger.outcome(ofInterferogram: 1))
    #expect(first.kind == nil)
    guard case .scored(let result) = first.outcome else {
      Issue.record("the score is gone")
      return
    }
    #expect(result.maximumProbability == 0.75)
    #expect(result.patchProbabilities.elementsEqual([0.75]))
    #expect(result.box == nil)
    #expect(result.peakScale == 1 && result.sourceMap == nil && result.embedding.isEmpty)
    #expect(try ledger.outcome(ofInterferogram: 2)?.outcome == .rejected(reason: "empty: no pixel has data"))
    #expect(try ledger.identity()?.model == "a")
    #expect(try ledger.nextUnit() == 9)
    try ledger.planUnits(size: 4)
    let units = try ledger.openUnits()
    #expect(units.count == 1)
    #expect(units.first == LedgerUnit(id: 9, stack: 1, parent: 0, blame: 0, interferograms: [3]))
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    #expect(epoch == 2)
    try ledger.write(
      LedgerBatch(outcomes: [RecordedOutcome(number: 3, outcome: .rejected(reason: "x"))]), epoch: epoch)
    #expect(try ledger.counts().open == 0)
    try ledger.close()
    #expect(try Ledger(path: file.path).counts().rejected == 2)
  }

  @Test func aVersion1LedgerGoesOnWithTheSweepThatItBegan() throws {
    let ledger = try Ledger(path: file.path)
    var identity = SweepIdentity(model: "a", modelSHA256: "00", profile: "{}", patchSize: 224)
    try ledger.bind(to: identity)
    identity.precision = "bfloat16"
    #expect(throws: LedgerError.self) { try ledger.bind(to: identity) }
    #expect(try ledger.machinePlans().isEmpty)
  }

  @Test func executionsOfVersion1KeepTheirWorkersByNumber() throws {
    let ledger = try Ledger(path: file.path)
    let history = try #require(try ledger.history(ofInterferogram: 2))
    #expect(history.execution?.worker == KnownWorker(name: "here:12", kind: nil))
    #expect(history.execution?.unit == 8)
    #expect(history.execution?.recorded == 1_767_323_047_000)
    let numbers = try ledger.database.read { database in
      try Int.fetchAll(database, sql: "SELECT worker FROM execution ORDER BY number")
    }
    #expect(numbers.elementsEqual([1, 2]))
    #expect(try ledger.meanStageSeconds().count == 1)
  }

  @Test func aVersion1LedgerThatIsOnlyReadStaysAsItIsAndSaysTheSame() throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
    let reading = try Ledger(reading: file.path)
    let read = try #require(try reading.history(ofInterferogram: 1))
    #expect(try reading.counts().open == 1)
    #expect(try reading.machineKinds().isEmpty)
    guard case .scored(let result) = try reading.outcome(ofInterferogram: 1)?.outcome else {
      Issue.record("the score is gone")
      return
    }
    #expect(result.box == nil)
    #expect(result.peakScale == 1 && result.sourceMap == nil && result.embedding.isEmpty)
    try reading.close()
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
    let migrated = try #require(try Ledger(path: file.path).history(ofInterferogram: 1))
    #expect(HistoryNarrative(read).lines.elementsEqual(HistoryNarrative(migrated).lines))
    #expect(read.execution == migrated.execution)
  }
}
