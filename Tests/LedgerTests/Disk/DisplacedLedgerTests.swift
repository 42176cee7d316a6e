import Foundation
import Testing

@testable import Ledger

/// Ledgers that somebody deletes, moves or replaces while a sweep writes them.
@Suite final class DisplacedLedgerTests {
  private let file: LedgerFile
  private let ledger: Ledger
  private let epoch: Int

  init() throws {
    file = try LedgerFile()
    ledger = try Ledger(path: file.path)
    try ledger.bind(to: SmallSweep.identity)
    let pairs = try (0..<SmallSweep.pairs).map(SmallSweep.pair)
    _ = try ledger.plan((0..<SmallSweep.stacks).map { (SmallSweep.stack($0), pairs) })
    try ledger.planUnits(size: 4)
    epoch = try ledger.beginEpoch(host: "here", pid: 1)
    try ledger.write(SmallSweep.batch(0), epoch: epoch)
  }

  /// The rescued ledger that the error of the next write names.
  private func rescued(_ words: String) throws -> Ledger {
    let error = #expect(throws: LedgerError.self) { try ledger.write(SmallSweep.batch(1), epoch: epoch) }
    guard case .displaced(_, let detail, let rescued?) = error else {
      throw CocoaError(.featureUnsupported, userInfo: [NSDebugDescriptionErrorKey: "\(String(describing: error))"])
    }
    #expect(detail.contains(words), "\(detail)")
    #expect("\(error.map { "\($0)" } ?? "")".contains("mv \(rescued) \(file.path)"))
    #expect(throws: LedgerError.self) { try ledger.write(SmallSweep.batch(2), epoch: epoch) }
    #expect(throws: LedgerError.self) { try ledger.counts() }
    return try Ledger(reading: rescued)
  }

  private func scored(_ ledger: Ledger) throws -> Int { try ledger.counts().scored }

  @Test func aDeletedLedgerIsSavedWithEverythingThatWasAcknowledged() throws {
    unlink(file.path)
    #expect(try scored(rescued("was deleted")) >= 1)
  }

  @Test func aDeletedLogIsNoticed() throws {
    unlink(file.path + "-wal")
    #expect(try scored(rescued("-wal was deleted")) >= 1)
  }

  @Test func aLedgerThatAnotherFileReplacedIsNoticed() throws {
    let other = file.folder + "/other.sqlite"
    try Ledger(path: other).close()
    #expect(rename(other, file.path) == 0)
    #expect(try scored(rescued("another file put in its place")) >= 1)
  }

  @Test func aMovedRunFolderIsNamed() throws {
    #expect(rename(file.path, file.path + ".moved") == 0)
    #expect(try scored(rescued("was moved away")) >= 1)
  }

  @Test func whenNothingCanBeSavedItSaysThatResultsAreLost() throws {
    try FileManager.default.removeItem(atPath: file.folder)
    let error = #expect(throws: LedgerError.self) { try ledger.write(SmallSweep.batch(1), epoch: epoch) }
    let words = "\(error.map { "\($0)" } ?? "")"
    #expect(words.contains("are lost") && !words.contains("are kept"), "\(words)")
  }

  @Test func aStateStaysAsItIsWhileOthersWrite() throws {
    let state = try ledger.snapshot()
    let before = try scored(state)
    try ledger.write(SmallSweep.batch(1), epoch: epoch)
    #expect(try scored(state) == before)
    #expect(try scored(ledger) == before + 1)
    #expect(try state.snapshot() === state)
    let reading = try Ledger(reading: file.path).snapshot()
    try ledger.write(SmallSweep.batch(2), epoch: epoch)
    #expect(try scored(reading) == before + 1)
    try state.close()
    #expect(try scored(ledger) == before + 2)
  }

  @Test func moreNamesThanAStatementHasParametersAreFound() throws {
    let names = try ledger.names(ofInterferograms: Set(1...40_000))
    #expect(names.count == SmallSweep.batches)
  }
}
