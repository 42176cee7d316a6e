import Foundation
import GRDB
import Testing

@testable import Ledger

/// Real processes, killed at every place where a ledger is written.
@Suite(.serialized) struct FailPointTests {
  private static let executable = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../.build/debug/ledger-bench").standardized

  /// Fills a ledger; `nil` when the process was killed by SIGKILL, else its exit status.
  private func fill(_ folder: String, dyingAt point: String?, units: Int, batch: Int) throws -> Int32? {
    let process = Process()
    process.executableURL = Self.executable
    process.arguments = ["\(units)", "\(units)", "\(batch)", folder]
    var environment = ProcessInfo.processInfo.environment
    environment["VOLCSWEEP_FAIL_POINT"] = point
    process.environment = environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL
      ? nil : process.terminationStatus
  }

  private func audit(_ path: String, units: Int) throws {
    let ledger = try Ledger(reading: path)
    try ledger.database.read { database in
      func count(_ sql: String) throws -> Int? { try Int.fetchOne(database, sql: sql) }
      let integrity = try String.fetchAll(database, sql: "PRAGMA integrity_check")
      #expect(integrity.elementsEqual(["ok"]))
      #expect(try count("SELECT count(*) FROM interferogram") == units)
      #expect(try count("SELECT count(*) FROM interferogram WHERE outcome = 1 AND unit > 0") == units)
      #expect(
        try count("SELECT count(*) FROM interferogram JOIN score USING (number) JOIN execution USING (number)")
          == units)
    }
  }

  @Test(arguments: FailPoint.allCases)
  func aLedgerIsWholeWhereverItsProcessWasKilled(_ point: FailPoint) throws {
    let file = try LedgerFile()
    // The log must grow long enough for a checkpoint where one is meant.
    let (units, batch) = point.rawValue.hasPrefix("checkpoint") ? (14_000, 2000) : (30, 3)
    let name = point.rawValue.hasPrefix("write") ? "\(point.rawValue)@5" : point.rawValue
    #expect(try fill(file.folder, dyingAt: name, units: units, batch: batch) == nil, "not killed")
    #expect(try fill(file.folder, dyingAt: nil, units: units, batch: batch) == 0)
    try audit(file.path, units: units)
  }

  @Test func aFailPointThatDoesNotExistEndsTheProcessWithAWord() throws {
    let file = try LedgerFile()
    #expect(try fill(file.folder, dyingAt: "write.sideways", units: 3, batch: 3) == 70)
    #expect(try fill(file.folder, dyingAt: "write.before@0", units: 3, batch: 3) == 70)
  }
}
