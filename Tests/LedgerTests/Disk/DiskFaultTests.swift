import Foundation
import SimulatedDisk
import SweepRecords
import Testing

@testable import Ledger

/// Disks that are full, fail, or damaged the WAL.
@Suite struct DiskFaultTests {
  private let disk = SimulatedDisk()
  private let ledger: Ledger
  private let epoch: Int

  init() throws {
    ledger = try SmallSweep.open(disk)
    let pairs = try (0..<SmallSweep.pairs).map(SmallSweep.pair)
    _ = try ledger.plan((0..<SmallSweep.stacks).map { (SmallSweep.stack($0), pairs) })
    try ledger.planUnits(size: 4)
    epoch = try ledger.beginEpoch(host: "here", pid: 1)
  }

  private func scored(_ ledger: Ledger) throws -> Int {
    let counts = try ledger.counts()
    return counts.planned - counts.open
  }

  @Test func aWriteToAFullDiskCanBeTriedAgainWhenThereIsSpace() throws {
    disk.faults.isFull = true
    var refused: LedgerBatch?
    var written = 0
    for index in 0..<SmallSweep.batches {
      do {
        try ledger.write(SmallSweep.batch(index), epoch: epoch)
        written += 1
      } catch LedgerError.diskFull {
        refused = SmallSweep.batch(index)
        break
      }
    }
    let batch = try #require(refused)
    #expect(try scored(ledger) == written)
    #expect(throws: LedgerError.self) { try ledger.write(batch, epoch: epoch) }
    disk.faults.isFull = false
    try ledger.write(batch, epoch: epoch)
    #expect(try scored(ledger) == written + 1)
    disk.crash(seed: 1)
    #expect(try scored(try SmallSweep.open(disk)) == written + 1)
  }

  /// Else the log would go on growing, and might take the room that the file needs for it to become short again.
  @Test func aLogThatFoundNoRoomInTheFileGoesThereAsSoonAsThereIsSome() throws {
    try ledger.close()
    let ledger = try SmallSweep.open(disk, checkpointFrames: 60)
    func frames() throws -> Int { try #require(disk.contents(of: "ledger.sqlite-wal")).count / (4096 + 24) }
    disk.faults.cramped = "ledger.sqlite"
    var written = 0
    while try frames() < 60 {
      try ledger.write(SmallSweep.batch(written), epoch: epoch)
      written += 1
    }
    let before = try #require(disk.contents(of: "ledger.sqlite")).count
    disk.faults.cramped = nil
    let longest = try frames() + 12
    while written < SmallSweep.batches {
      try ledger.write(SmallSweep.batch(written), epoch: epoch)
      written += 1
      #expect(try frames() <= longest)
    }
    #expect(try #require(disk.contents(of: "ledger.sqlite")).count > before)
    #expect(try scored(ledger) == written)
  }

  @Test func aWriteToAFullDiskMakesRoomInTheLogWhereTheFileCanTakeIt() throws {
    try ledger.close()
    let ledger = try SmallSweep.open(disk, checkpointFrames: 4000)
    for index in 0..<10 { try ledger.write(SmallSweep.batch(index), epoch: epoch) }
    disk.faults.cramped = "ledger.sqlite-wal"
    #expect(throws: LedgerError.self) { try ledger.write(SmallSweep.batch(10), epoch: epoch) }
    try ledger.write(SmallSweep.batch(10), epoch: epoch)
    #expect(try scored(ledger) == 11)
  }

  @Test func aFailedSyncEndsAllWritingUntilTheLedgerIsOpenedAgain() throws {
    try ledger.write(SmallSweep.batch(0), epoch: epoch)
    disk.faults.failedSyncs = [disk.calls.syncs + 1]
    let error = #expect(throws: LedgerError.self) { try ledger.write(SmallSweep.batch(1), epoch: epoch) }
    #expect(error?.description.contains("run the same command again") == true)
    guard case .diskFailed = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    // The disk works again, but what it holds of the batch is not known.
    #expect(throws: LedgerError.self) { try ledger.write(SmallSweep.batch(2), epoch: epoch) }
    disk.killProcesses()
    let reopened = try SmallSweep.open(disk)
    let next = try reopened.beginEpoch(host: "here", pid: 2)
    for index in 0..<3 {
      var batch = SmallSweep.batch(index)
      batch.workers = []
      try reopened.write(batch, epoch: next)
    }
    disk.crash(seed: 5)
    #expect(try scored(try SmallSweep.open(disk)) == 3)
  }

  @Test func aFailedWriteAndAReadOnlyDiskAreNamedForWhatTheyAre() throws {
    disk.faults.failedWrites = [disk.calls.writes + 1]
    let failed = #expect(throws: LedgerError.self) { try ledger.write(SmallSweep.batch(0), epoch: epoch) }
    #expect(failed?.description.contains("the disk failed") == true)
    disk.killProcesses()
    let reopened = try SmallSweep.open(disk)
    let next = try reopened.beginEpoch(host: "here", pid: 2)
    disk.faults.isReadOnly = true
    let refused = #expect(throws: LedgerError.self) { try reopened.write(SmallSweep.batch(0), epoch: next) }
    #expect(refused?.description.contains("the disk failed") == true)
  }

  /// What lies behind a crash of its processes, where the last transaction is in the WAL alone, is damaged from `keep`
  /// of the WAL's bytes on.
  private func damaged(_ keep: Int, _ damage: (inout [UInt8], Int) -> Void) throws -> Int {
    let damaged = disk.copy()
    var log = try #require(damaged.contents(of: "ledger.sqlite-wal"))
    damage(&log, keep)
    damaged.replace("ledger.sqlite-wal", with: log)
    let ledger = try SmallSweep.open(damaged)
    let found = try scored(ledger)
    var promises = SmallSweep.Promises()
    (promises.hasPlan, promises.hasUnits, promises.epochs, promises.batches) = (true, true, 1, found)
    let faults = try SmallSweep.audit(ledger, promises).filter { !$0.contains("entries of the sweep") }
    #expect(faults.isEmpty, "\(keep) bytes kept")
    return found
  }

  @Test func aDamagedTailOfTheLogCostsOnlyWhatIsBehindTheDamage() throws {
    // All that the test writes stays in the WAL.
    try ledger.close()
    let ledger = try SmallSweep.open(disk, checkpointFrames: 4000)
    // Ends of transactions in the WAL: whatever is kept up to one of them must be there.
    var ends: [(bytes: Int, batches: Int)] = []
    for index in 0..<4 {
      try ledger.write(SmallSweep.batch(index), epoch: epoch)
      ends.append((try #require(disk.contents(of: "ledger.sqlite-wal")).count, index + 1))
    }
    disk.killProcesses()
    for (bytes, batches) in ends {
      for keep in [bytes, bytes - 1, bytes - 2000, bytes - 4096 - 12] {
        let expected = keep == bytes ? batches : batches - 1
        let truncated = try damaged(keep) { log, keep in log.removeLast(log.count - keep) }
        let zeroed = try damaged(keep) { log, keep in
          for index in keep..<log.count { log[index] = 0 }
        }
        #expect(truncated == expected, "cut at \(keep)")
        #expect(zeroed == expected, "zeros from \(keep)")
      }
    }
  }
}
