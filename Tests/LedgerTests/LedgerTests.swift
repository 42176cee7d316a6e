import Foundation
import GRDB
import Interferometry
import SweepRecords
import Synchronization
import Testing

@testable import Ledger

@Suite final class LedgerTests {
  private let path = NSTemporaryDirectory() + "ledger-\(UUID().uuidString).sqlite"

  deinit {
    for suffix in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  private let stack = PlannedStack(
    file: "alba_106A_09048_000909.h5", volcano: "alba", volcanoName: "Alba", frame: "106A_09048_000909",
    grid: Grid(height: 500, width: 400),
    geoTransform: GeoTransform(west: 10, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))

  private func pairs(_ count: Int) throws -> [DatePair] {
    try (0..<count).map { index in
      DatePair(
        primary: try #require(AcquisitionDate(daysSince1970: 18_000 + index * 12)),
        secondary: try #require(AcquisitionDate(daysSince1970: 18_012 + index * 12)))
    }
  }

  private let result = DetectionResult(
    patchProbabilities: [0.25, .nan, 1, 0], patchRows: 2, patchColumns: 2, maximumProbability: 0.9, row: 3,
    column: 4, latitudeDegrees: 0.99, longitudeDegrees: 10.1, pixelsAbove05: 100, pixelsAbove08: 10,
    keptPatches: 3, noDataShare: 0.125, meanCoherence: nil,
    box: PixelBox(centreRow: 3.5, centreColumn: 4.25, halfHeight: 2, halfWidth: 0.5))

  @Test func planningTwiceAddsOnlyWhatIsNew() throws {
    let ledger = try Ledger(path: path)
    #expect(try ledger.plan(stack, pairs: pairs(3)) == 3)
    #expect(try ledger.plan(stack, pairs: pairs(5)) == 2)
    #expect(try ledger.openInterferograms().map(\.number) == [1, 2, 3, 4, 5])
    var moved = stack
    moved.grid = Grid(height: 500, width: 500)
    #expect(throws: LedgerError.self) { try ledger.plan(moved, pairs: []) }
  }

  @Test func anOutcomeOnceRecordedStays() throws {
    let ledger = try Ledger(path: path)
    _ = try ledger.plan(stack, pairs: pairs(3))
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    try ledger.write(
      LedgerBatch(outcomes: [
        RecordedOutcome(number: 1, outcome: .scored(result)),
        RecordedOutcome(number: 2, outcome: .rejected(reason: "empty")),
      ]), epoch: epoch)
    try ledger.write(
      LedgerBatch(outcomes: [RecordedOutcome(number: 1, outcome: .quarantined(reason: "late"))]), epoch: epoch)
    var expected = OutcomeCounts()
    (expected.planned, expected.scored, expected.rejected) = (3, 1, 1)
    #expect(try ledger.counts() == expected)
    #expect(expected.open == 1)
    let judged = try ledger.interferograms(ofVolcano: "alba")
    guard case .scored(let read) = judged[0].outcome else {
      Issue.record("the score is gone")
      return
    }
    #expect(read.patchProbabilities[1].isNaN)
    #expect(read.patchProbabilities[2] == 1)
    #expect(read.maximumProbability == result.maximumProbability)
    #expect(read.meanCoherence == nil)
    #expect(read.box == result.box)
    #expect(judged[1].outcome == .rejected(reason: "empty"))
    #expect(judged[2].outcome == nil)
  }

  @Test func aCoordinatorOfAnOlderEpochWritesNothing() throws {
    let ledger = try Ledger(path: path)
    _ = try ledger.plan(stack, pairs: pairs(1))
    let old = try ledger.beginEpoch(host: "here", pid: 1)
    let successor = try Ledger(path: path)
    #expect(try successor.beginEpoch(host: "there", pid: 2) == old + 1)
    #expect(throws: LedgerError.self) {
      try ledger.write(LedgerBatch(outcomes: [RecordedOutcome(number: 1, outcome: .scored(result))]), epoch: old)
    }
    #expect(try ledger.counts().open == 1)
  }

  @Test func aLedgerKeepsItsSweepAndNamesWhatChanged() throws {
    let ledger = try Ledger(path: path)
    var identity = SweepIdentity(model: "a", modelSHA256: "00", profile: "{}", patchSize: 224)
    #expect(try ledger.identity() == nil)
    try ledger.bind(to: identity)
    try ledger.bind(to: identity)
    #expect(try ledger.identity() == identity)
    identity.model = "b"
    let error = #expect(throws: LedgerError.self) { try ledger.bind(to: identity) }
    #expect(error?.description.contains("model was a, now b") == true)
    identity.model = "a"
    identity.precision = "bfloat16"
    let other = #expect(throws: LedgerError.self) { try ledger.bind(to: identity) }
    #expect(other?.description.contains("precision was float32, now bfloat16") == true)
  }

  @Test func writesAreDurableOnTheConnectionThatWrites() throws {
    let ledger = try Ledger(path: path)
    try ledger.database.writeWithoutTransaction { database in
      let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
      let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
      #expect(synchronous == 2)
      #expect(journal == "wal")
    }
  }

  @Test func aClosedLedgerIsAllInOneFile() throws {
    let ledger = try Ledger(path: path)
    _ = try ledger.plan(stack, pairs: pairs(3))
    #expect(try ledger.counts().planned == 3)
    try ledger.close()
    let copy = try LedgerFile()
    try FileManager.default.copyItem(atPath: path, toPath: copy.path)
    #expect(try Ledger(path: copy.path).counts().planned == 3)
  }

  /// A sweep that starts, and those who want to know how it does.
  @Test func aNewLedgerThatSeveralOpenAtOnceIsMadeOnce() throws {
    for _ in 0..<20 {
      let file = try LedgerFile()
      let path = file.path
      let errors = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do {
          let counts = try Ledger(path: path).counts()
          if counts.planned != 0 { errors.withLock { $0.append("\(counts)") } }
        } catch {
          errors.withLock { $0.append("\(error)") }
        }
      }
      #expect(errors.withLock { $0 } == [])
    }
  }

  @Test func aFileThatIsNoLedgerIsRefusedByName() throws {
    try Data("this is not a database, not at all, and it is long enough to be one".utf8)
      .write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: LedgerError.self) { try Ledger(path: path) }
    #expect(error?.description.contains(path) == true)
  }

  @Test func aLedgerOfANewerVersionIsRefused() throws {
    let ledger = try Ledger(path: path)
    try ledger.database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999')") }
    try ledger.close()
    #expect(throws: LedgerError.self) { try Ledger(path: path) }
  }

  @Test func aSecondCoordinatorIsRefusedAndToldWhoIsFirst() throws {
    let first = try RunLock(path: path + ".lock")
    let error = #expect(throws: RunLock.Taken.self) { try RunLock(path: path + ".lock") }
    #expect(error?.description.contains("process \(getpid())") == true)
    withExtendedLifetime(first) {}
  }
}
