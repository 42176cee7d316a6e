import Foundation
import GRDB
import Interferometry
import SweepRecords
import Testing

@testable import Ledger

/// Outcomes that are not what was written any more.
@Suite final class ChecksumTests {
  private let file: LedgerFile
  private let ledger: Ledger
  private var epoch = 0

  init() throws {
    file = try LedgerFile()
    ledger = try Ledger(path: file.path)
    try ledger.bind(to: SmallSweep.identity)
    let pairs = try (0..<SmallSweep.pairs).map(SmallSweep.pair)
    _ = try ledger.plan((0..<SmallSweep.stacks).map { (SmallSweep.stack($0), pairs) })
    try ledger.planUnits(size: 4)
    epoch = try ledger.beginEpoch(host: "here", pid: 1)
    for index in 0..<SmallSweep.batches { try ledger.write(SmallSweep.batch(index), epoch: epoch) }
    var batch = LedgerBatch()
    batch.outcomes = []
    try ledger.write(batch, epoch: epoch)
  }

  private func change(_ sql: String) throws {
    try ledger.database.write { try $0.execute(sql: sql) }
  }

  @Test func whatWasWrittenIsIntact() throws {
    #expect(try ledger.damagedOutcomes() == [])
    let check = try ledger.check()
    #expect(check.isSound && check.hasChecksums, "\(check)")
    #expect(try ledger.reopenDamaged() == [])
  }

  @Test(arguments: [
    "UPDATE score SET maximum_probability = 0.25 WHERE number = 2",
    "UPDATE score SET peak_row = 77 WHERE number = 2",
    "UPDATE score SET latitude = latitude + 1e-9 WHERE number = 2",
    "UPDATE score SET mean_coherence = 0.5 WHERE number = 2", "UPDATE score SET box_row = 1 WHERE number = 2",
    "UPDATE score SET patch_probabilities = CAST(X'00000080' || substr(patch_probabilities, 5) AS BLOB) WHERE number = 2",
    "UPDATE score SET patch_probabilities = X'00' WHERE number = 2", "DELETE FROM score WHERE number = 2",
    "UPDATE interferogram SET reason = 'x' WHERE number = 2",
    "UPDATE interferogram SET outcome = 2 WHERE number = 2",
    "UPDATE interferogram SET outcome = 0 WHERE number = 2",
    "UPDATE interferogram SET pair = '20200111_20200213' WHERE number = 2",
    "UPDATE execution SET epoch = 3 WHERE number = 2", "DELETE FROM execution WHERE number = 2",
    "DELETE FROM outcome_checksum WHERE number = 2", "UPDATE outcome_checksum SET checksum = 1 WHERE number = 2",
  ])
  func aChangeOfAnyStoredValueCostsItsOwnInterferogramAlone(_ sql: String) throws {
    try change(sql)
    #expect(try ledger.damagedOutcomes().map(\.number) == [2])
    #expect(try !ledger.check().isSound)
    #expect(try ledger.outcome(ofInterferogram: 2) == nil)
    let (judged, damaged) = try ledger.contents(ofVolcano: "v0")
    #expect(damaged.map(\.number) == [2])
    #expect(judged.count == SmallSweep.pairs)
    #expect(judged.filter { $0.damage != nil }.map(\.number) == [2])
    #expect(judged.filter { $0.outcome == nil }.map(\.number) == [2])
    #expect(try ledger.reopenDamaged().map(\.number) == [2])
    #expect(try ledger.openInterferograms().map(\.number) == [2])
    #expect(try ledger.damagedOutcomes() == [])
    try ledger.planUnits(size: 4)
    var again = SmallSweep.batch(1)
    again.workers = []
    try ledger.write(again, epoch: epoch)
    if !sql.contains("pair") { #expect(try ledger.check().isSound) }
    #expect(try ledger.counts().open == 0)
  }

  @Test func aNameThatCannotBeReadIsLeftOutAndStopsNothing() throws {
    try change("UPDATE interferogram SET pair = 'x' WHERE number = 2")
    let (judged, damaged) = try ledger.contents(ofVolcano: "v0")
    #expect(judged.count == SmallSweep.pairs - 1 && damaged.map(\.number) == [2])
    #expect(damaged.first?.name == "v0/000A_00000_000000/x" || damaged.first?.name.hasSuffix("/x") == true)
  }

  @Test func earlierScoringsKeepTheirChecksums() throws {
    var identity = SmallSweep.identity
    identity.modelSHA256 = "11"
    try ledger.rebind(to: identity) { _ in StaleOutcomes(includesUnscored: true, rejections: []) }
    #expect(try ledger.damagedOutcomes() == [])
    try change("UPDATE earlier_result SET latitude = 5 WHERE number = 3")
    #expect(try ledger.damagedOutcomes().map(\.earlierScoring) == [1])
    let earlier = try ledger.interferograms(ofEarlierScoring: 1)
    #expect(earlier.count == SmallSweep.batches && earlier.filter { $0.outcome == nil }.map(\.number) == [3])
    #expect(try ledger.reopenDamaged() == [], "only what the sweep is now can be computed again")
  }

  @Test func anOlderLedgerGetsChecksumsWhenItIsOpenedToBeWritten() throws {
    let old = try LedgerFile()
    try Version1Ledger.write(old.path)
    #expect(try Ledger(reading: old.path).damagedOutcomes() == [])
    #expect(try !Ledger(reading: old.path).check().hasChecksums)
    let migrated = try Ledger(path: old.path)
    let decided = try migrated.counts()
    let checksums = try migrated.database.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM outcome_checksum")
    }
    #expect(checksums == decided.planned - decided.open)
    #expect(try migrated.damagedOutcomes() == [])
  }

  @Test func whatIsFoundBeforeAPageThatCannotBeReadIsSaid() throws {
    let (root, size) = try ledger.database.read { database in
      (
        try Int.fetchOne(database, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'score'"),
        try Int.fetchOne(database, sql: "PRAGMA page_size")
      )
    }
    let (page, bytes) = (try #require(root), try #require(size))
    try ledger.close()
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file.path))
    try handle.seek(toOffset: UInt64((page - 1) * bytes))
    try handle.write(contentsOf: Data(repeating: 0xA5, count: bytes))
    try handle.close()
    let check = try Ledger(reading: file.path).check()
    #expect(check.structure.last?.contains("it cannot be read completely") == true, "\(check.structure)")
    #expect(check.structure.count > 1, "\(check.structure)")
  }

  @Test func aFileWithDamagedPagesIsNamed() throws {
    try ledger.close()
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file.path))
    let size = try handle.seekToEnd()
    for page in stride(from: UInt64(4096 * 3), to: size, by: 4096 * 4) {
      try handle.seek(toOffset: page)
      try handle.write(contentsOf: Data(repeating: 0xA5, count: 600))
    }
    try handle.close()
    do {
      #expect(try !Ledger(reading: file.path).check().isSound)
    } catch let error as LedgerError {
      #expect("\(error)".contains(file.path))
    }
  }
}
