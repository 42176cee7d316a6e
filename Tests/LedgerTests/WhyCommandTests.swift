import Foundation
import Testing

@testable import Ledger

/// `volcsweep why` as people run it.
@Suite struct WhyCommandTests {
  private let file: LedgerFile
  private let ledger: Ledger

  init() throws {
    file = try LedgerFile()
    ledger = try Ledger(path: file.path)
    _ = try ledger.plan(SmallSweep.stack(1), pairs: try (0..<4).map(SmallSweep.pair))
    try ledger.planUnits(size: 4)
    try ledger.write(SmallSweep.batch(0), epoch: try ledger.beginEpoch(host: "here", pid: 10))
  }

  private func why(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL =
      URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../.build/debug/volcsweep").standardized
    process.arguments = ["why"] + arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complained = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said, complained)
  }

  @Test func itTellsOfALedgerThatASweepHasOpen() throws {
    let told = try why(file.folder, "v1_20200110_20200210")
    #expect(told.status == 0)
    #expect(told.output.contains("planned in unit 1 with 3 others"))
    #expect(told.output.contains("by host:0 (p0, k), in unit 1"))
    withExtendedLifetime(ledger) {}
  }

  @Test func itTellsTheSameAsJSON() throws {
    let told = try why(file.folder, "1", "--json")
    let document = try JSONSerialization.jsonObject(with: Data(told.output.utf8)) as? [String: Any]
    #expect(document?["interferogram"] as? String == "v1_001A_00000_000000_20200110_20200210")
    #expect((document?["steps"] as? [Any])?.count == 2)
    #expect((document?["ending"] as? [String: Any])?["outcome"] as? String == "scored")
  }

  @Test func whatItCannotTellOfIsAnErrorWithAWayOut() throws {
    let unknown = try why(file.folder, "v1_20200113_20200214")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("is not in the plan; did you mean\n  v1_001A_00000_000000_20200113_20200213"))
    let nowhere = try why(file.folder + "/none", "1")
    #expect(nowhere.status == 1)
    #expect(nowhere.errors.contains("none does not exist"))
  }
}
