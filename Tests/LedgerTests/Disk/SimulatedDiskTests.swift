import Foundation
import GRDB
import SimulatedDisk
import Testing

@testable import Ledger

/// The disk that other tests trust.
@Suite struct SimulatedDiskTests {
  private let disk = SimulatedDisk()

  private func open(_ disk: SimulatedDisk) throws -> DatabaseQueue {
    let queue = try DatabaseQueue(path: "file:\(disk.path(of: "a"))?vfs=\(SimulatedDisk.vfs)")
    try queue.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    }
    return queue
  }

  @Test func whatIsNotSyncedIsLostKeptOrTornAsTheSeedSays() throws {
    let queue = try open(disk)
    try queue.write { try $0.execute(sql: "CREATE TABLE t (a BLOB)") }
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try queue.write { try $0.execute(sql: "INSERT INTO t VALUES (zeroblob(5000)), (zeroblob(5000))") }
    let log = try #require(disk.contents(of: "a-wal"))
    var left: Set<[UInt8]> = []
    for seed in 0..<64 {
      let crashed = disk.copy()
      crashed.crash(seed: UInt64(seed))
      let again = disk.copy()
      again.crash(seed: UInt64(seed))
      #expect(crashed.contents(of: "a-wal") == again.contents(of: "a-wal"))
      left.insert(crashed.contents(of: "a-wal") ?? [])
    }
    #expect(left.contains(log) || left.count > 30)
    #expect(left.contains { $0.count < log.count })
    #expect(left.contains { $0.count == log.count && $0 != log })
  }

  @Test func whatIsSyncedIsNeverLost() throws {
    let queue = try open(disk)
    try queue.write { try $0.execute(sql: "CREATE TABLE t (a BLOB); INSERT INTO t VALUES (randomblob(50000))") }
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    let before = try #require(disk.contents(of: "a"))
    for seed in 0..<16 {
      let crashed = disk.copy()
      crashed.crash(seed: UInt64(seed))
      #expect(crashed.contents(of: "a") == before)
    }
  }

  @Test func connectionsFromBeforeACrashAnswerNothing() throws {
    let queue = try open(disk)
    try queue.write { try $0.execute(sql: "CREATE TABLE t (a)") }
    disk.killProcesses()
    #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: "INSERT INTO t VALUES (1)") } }
    let next = try open(disk)
    #expect(try next.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 0)
  }

  @Test func twoConnectionsSeeEachOthersTransactionsAndKeepOutOfEachOthersWay() throws {
    let (first, second) = (try open(disk), try open(disk))
    try first.write { try $0.execute(sql: "CREATE TABLE t (a)") }
    try first.inDatabase { database in
      try database.inTransaction(.immediate) {
        try database.execute(sql: "INSERT INTO t VALUES (1)")
        #expect(try second.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 0)
        let refused = #expect(throws: DatabaseError.self) {
          try second.write { try $0.execute(sql: "INSERT INTO t VALUES (2)") }
        }
        #expect(refused?.resultCode == .SQLITE_BUSY)
        return .commit
      }
    }
    #expect(try second.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 1)
  }

  @Test func anOlderCoordinatorIsFencedOffOnOneDisk() throws {
    let old = try SmallSweep.open(disk)
    let epoch = try old.beginEpoch(host: "here", pid: 1)
    let new = try SmallSweep.open(disk)
    _ = try new.beginEpoch(host: "there", pid: 2)
    #expect(throws: LedgerError.self) { try old.write(SmallSweep.batch(0), epoch: epoch) }
  }
}
