import Foundation
import GRDB
import Interferometry
import SweepRecords
import Testing

@testable import Ledger

@Suite final class LedgerMaskTests {
  private let path = NSTemporaryDirectory() + "masks-\(UUID().uuidString.prefix(8)).sqlite"

  deinit { for end in ["", "-wal", "-shm"] { unlink(path + end) } }

  private func mask(_ pixels: Int, hasData: (Int) -> Bool) -> DataMask {
    (0..<pixels).map { hasData($0) ? Float(1) : .nan }.withUnsafeBufferPointer { DataMask(of: $0) }
  }

  @Test func equalMasksAreKeptOnceAndReadBackAsTheyWere() throws {
    let ledger = try Ledger(path: path)
    for index in 0..<2 {
      _ = try ledger.plan(SmallSweep.stack(index), pairs: (0..<3).map(SmallSweep.pair))
    }
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    let pixels = SmallSweep.stack(0).grid.count
    let masks = [mask(pixels) { $0 > 5 }, mask(pixels) { $0 % 3 > 0 }, mask(pixels) { $0 > 5 }]
    var batch = LedgerBatch(outcomes: (1...4).map { RecordedOutcome(number: $0, outcome: .rejected(reason: "x")) })
    for index in 0..<3 { batch.outcomes[index].mask = masks[index] }
    try ledger.write(batch, epoch: epoch)
    let numbers = try ledger.maskNumbers(ofVolcano: "v0")
    #expect(Set(numbers.keys) == [1, 2, 3] && numbers[1] == numbers[3] && numbers[1] != numbers[2])
    #expect(try ledger.maskNumbers(ofVolcano: "v1").isEmpty)
    for (index, mask) in masks.enumerated() {
      #expect(try ledger.dataMask(try #require(numbers[index + 1]), pixelCount: pixels) == mask)
    }
    #expect(throws: LedgerError.self) { try ledger.dataMask(99, pixelCount: pixels) }
    #expect(throws: LedgerError.self) { try ledger.dataMask(try #require(numbers[1]), pixelCount: pixels - 1) }
    // An interferogram that has an outcome keeps its mask.
    var late = RecordedOutcome(number: 1, outcome: .rejected(reason: "late"))
    late.mask = masks[1]
    try ledger.write(LedgerBatch(outcomes: [late]), epoch: epoch)
    #expect(try ledger.maskNumbers(ofVolcano: "v0") == numbers)
  }

  @Test func aDamagedMaskIsNamedAndItsInterferogramsAreComputedAgain() throws {
    let ledger = try Ledger(path: path)
    _ = try ledger.plan(SmallSweep.stack(0), pairs: (0..<3).map(SmallSweep.pair))
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    let pixels = SmallSweep.stack(0).grid.count
    var batch = LedgerBatch(outcomes: (1...3).map { RecordedOutcome(number: $0, outcome: .rejected(reason: "x")) })
    for index in 0..<3 { batch.outcomes[index].mask = mask(pixels) { $0 > index / 2 * 7 } }
    try ledger.write(batch, epoch: epoch)
    #expect(try ledger.check().isSound)
    let mask = try #require(try ledger.maskNumbers(ofVolcano: "v0")[2])
    try ledger.transaction(.plan) { database in
      try database.execute(sql: "UPDATE data_mask SET size = size + 1 WHERE id = ?", arguments: [mask])
    }
    #expect(throws: LedgerError.self) { try ledger.dataMask(mask, pixelCount: pixels) }
    let damaged = try ledger.check().damaged
    #expect(damaged.map(\.number) == [1, 2] && damaged.allSatisfy { $0.reason.contains("data mask") })
    #expect(try ledger.reopenDamaged().map(\.number) == [1, 2])
    #expect(try ledger.check().isSound && ledger.maskNumbers(ofVolcano: "v0").keys.sorted() == [3])
    #expect(try ledger.counts().open == 2)
  }

  @Test func aDamagedMaskBringsNothingBackThatWasNotComputed() throws {
    let ledger = try Ledger(path: path)
    _ = try ledger.plan(SmallSweep.stack(0), pairs: (0..<3).map(SmallSweep.pair))
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    let whole = mask(SmallSweep.stack(0).grid.count) { $0 > 5 }
    var batch = LedgerBatch(outcomes: [
      RecordedOutcome(number: 1, outcome: .rejected(reason: "x")),
      RecordedOutcome(number: 2, outcome: .quarantined(reason: "its workers died")),
      RecordedOutcome(number: 3, outcome: .rejected(reason: "x")),
    ])
    for index in 0..<3 { batch.outcomes[index].mask = whole }
    try ledger.write(batch, epoch: epoch)
    try ledger.note([3: .dropped], pixelHashes: [:], ofStack: 1, state: nil)
    try ledger.transaction(.plan) { try $0.execute(sql: "UPDATE data_mask SET size = size + 1") }
    #expect(try ledger.reopenDamaged().map(\.number) == [1])
    #expect(try ledger.quarantined() == [2])
    let counts = try ledger.counts()
    #expect(counts.planned == 2 && counts.open == 1)
    #expect(try ledger.check().isSound && ledger.maskNumbers(ofVolcano: "v0").isEmpty)
    let history = try #require(try ledger.history(ofInterferogram: 1))
    #expect(history.withdrawals.first?.cause.contains("data mask") == true)
    #expect(try ledger.reopenDamaged().isEmpty)
  }
}
