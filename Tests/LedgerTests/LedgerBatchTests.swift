import Foundation
import GRDB
import Interferometry
import SimulatedDisk
import SweepRecords
import Testing

@testable import Ledger

/// What one transaction holds.
@Suite struct LedgerBatchTests {
  private let disk = SimulatedDisk()
  private let ledger: Ledger
  private let epoch: Int

  init() throws {
    ledger = try SmallSweep.open(disk)
    _ = try ledger.plan(SmallSweep.stack(0), pairs: try (0..<8).map(SmallSweep.pair))
    try ledger.planUnits(size: 4)
    epoch = try ledger.beginEpoch(host: "here", pid: 1)
  }

  private func kind(_ name: String) -> MachineKind {
    MachineKind(processor: name, blasKernel: "Zen", planHash: "abc")
  }

  private func worker(_ number: Int, _ kind: MachineKind) -> LoggedWorker {
    LoggedWorker(number: number, name: "host:\(number)", kind: kind, joined: 5)
  }

  @Test func anOutcomeKnowsTheKindOfMachineItCameFrom() throws {
    var batch = LedgerBatch(outcomes: [
      RecordedOutcome(number: 1, outcome: .rejected(reason: "empty"), unit: 1, attempt: 1, worker: 2),
      RecordedOutcome(number: 2, outcome: .quarantined(reason: "signal 11")),
    ])
    batch.workers = [worker(1, kind("p")), worker(2, kind("q"))]
    try ledger.write(batch, epoch: epoch)
    let first = try #require(try ledger.outcome(ofInterferogram: 1))
    #expect(first.outcome == .rejected(reason: "empty"))
    #expect(first.kind == kind("q"))
    #expect(try ledger.outcome(ofInterferogram: 2)?.kind == nil)
    #expect(try ledger.outcome(ofInterferogram: 3) == nil)
    #expect(try ledger.outcome(ofInterferogram: 99) == nil)
  }

  @Test func kindsAreCountedOverEpochsMostFirst() throws {
    var batch = LedgerBatch(
      outcomes: [1, 2].map { RecordedOutcome(number: $0, outcome: .rejected(reason: "x"), worker: 1) })
    batch.workers = [worker(1, kind("p")), worker(2, kind("unused"))]
    try ledger.write(batch, epoch: epoch)
    let next = try ledger.beginEpoch(host: "here", pid: 2)
    batch = LedgerBatch(
      outcomes: (3...6).map { RecordedOutcome(number: $0, outcome: .rejected(reason: "x"), worker: $0 / 6 + 1) })
    batch.workers = [worker(1, kind("q")), worker(2, kind("p"))]
    try ledger.write(batch, epoch: next)
    let kinds = try ledger.machineKinds()
    #expect(kinds.map(\.kind).elementsEqual([kind("p"), kind("q")]))
    #expect(kinds.map(\.interferograms).elementsEqual([3, 3]))
  }

  @Test func aDifferenceNamesBothMachines() throws {
    var batch = LedgerBatch(outcomes: [RecordedOutcome(number: 3, outcome: .rejected(reason: "x"), worker: 1)])
    batch.workers = [worker(1, kind("p")), worker(2, kind("q"))]
    batch.differences = [ResultDifference(number: 3, worker: 2, detail: "0.1 too high", time: 77)]
    try ledger.write(batch, epoch: epoch)
    let difference = try #require(try ledger.differences().first)
    #expect(difference.id.description == "v0_000A_00000_000000_20200112_20200212")
    #expect(difference.first == KnownWorker(name: "host:1", kind: kind("p")))
    #expect(difference.second == KnownWorker(name: "host:2", kind: kind("q")))
    #expect(difference.detail == "0.1 too high")
    #expect(difference.time == 77)
  }

  @Test func aBatchOfAnOlderEpochLeavesNothingAtAll() throws {
    _ = try ledger.beginEpoch(host: "there", pid: 2)
    #expect(throws: LedgerError.self) { try ledger.write(SmallSweep.batch(0), epoch: epoch) }
    let history = try #require(try ledger.history(ofInterferogram: 1))
    #expect(history.steps.isEmpty)
    #expect(history.outcome == nil)
    #expect(try ledger.machineKinds().isEmpty)
  }

  @Test func wordsAreKeptOnceHoweverOftenTheyAreUsed() throws {
    for index in 0..<4 { try ledger.write(SmallSweep.batch(index), epoch: epoch) }
    let reopened = try SmallSweep.open(disk)
    try reopened.write(SmallSweep.batch(5), epoch: epoch)
    let words = try ledger.database.read { try String.fetchAll($0, sql: "SELECT text FROM word ORDER BY text") }
    #expect(words.elementsEqual(["done", "leased", "open", "word 0", "word 1", "word 2", "word 3", "word 5"]))
    let steps = try #require(try ledger.history(ofInterferogram: 1)).steps
    #expect(steps.count == 10)
    #expect(steps.last?.to == "done")
    #expect(steps.last?.stimulus == "word 5")
  }
}
