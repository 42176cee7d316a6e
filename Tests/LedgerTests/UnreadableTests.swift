import Foundation
import GRDB
import Interferometry
import Narration
import SweepRecords
import Testing

@testable import Ledger

/// Interferograms that could not be read.
@Suite struct UnreadableTests {
  private let file: LedgerFile

  init() throws { file = try LedgerFile() }

  private static let librarysWords =
    "unreadable: /a/s.h5: dataset /wrapPhase cannot be read (HDF5: file read failed: time = Tue Dec  1, buf = 0x55aa)"

  /// A ledger as version 6 left it: scored, rejected for its pixels, rejected for its surroundings in two ways, open.
  private func writeVersion6() throws {
    let database = try DatabasePool(path: file.path)
    try Schema.migrator.migrate(database, upTo: "6")
    try database.write { database in
      try database.execute(
        sql: """
          INSERT INTO sweep VALUES ('model', 'a'), ('model_sha256', '00'), ('patch_size', '224'), ('profile', '{}');
          INSERT INTO epoch VALUES (1, 'here', 10, '2026-01-02T03:04:05Z', NULL);
          INSERT INTO stack VALUES (1, 's.h5', 'alba', 'Alba', '001A_00000_000000', 500, 400, 10, 1, 0.001, -0.001);
          INSERT INTO unit VALUES (1, 1, 0, 0);
          INSERT INTO interferogram VALUES (1, 1, '20200101_20200113', 1, NULL, 1),
            (2, 1, '20200113_20200125', 2, 'empty: no pixel has data', 1), (3, 1, '20200125_20200206', 2, ?, 1),
            (4, 1, '20200206_20200218', 2, 'wrong grid: /a/s.h5 has 3 × 3 pixels', 1),
            (5, 1, '20200218_20200301', 0, NULL, 1), (6, 1, '20200301_20200313', 3, 'signal 11 (SIGSEGV)', 1),
            (7, 1, '20200313_20200325', 2, 'constant: every pixel with data has phase 1.5', 1);
          INSERT INTO score VALUES (1, 0.75, 3, 4, 0.9, 10.1, 5, 6, 1, 0.5, NULL, 1, 1, x'0000403f', NULL, NULL, NULL, NULL);
          INSERT INTO execution VALUES (1, 1, 1, 1, 0, 5, 0, 0, 0, 0, 0), (3, 1, 1, 1, 0, 5, 0, 0, 0, 0, 0);
          INSERT INTO earlier_scoring VALUES (1, 0, 5, '{"model":"a","model_sha256":"01","patch_size":"224","profile":"{}"}');
          INSERT INTO earlier_result (number, scoring, outcome, reason) VALUES (2, 1, 2, 'empty: no pixel has data'),
            (3, 1, 2, ?);
          """, arguments: [Self.librarysWords, Self.librarysWords])
    }
    try database.close()
  }

  private func expectToldApart(_ ledger: Ledger) throws {
    let counts = try ledger.counts()
    #expect(counts.planned == 7 && counts.scored == 1 && counts.quarantined == 1 && counts.open == 1)
    #expect(counts.rejected == 2 && counts.unreadable == 2)
    #expect(
      counts.planned == counts.scored + counts.rejected + counts.unreadable + counts.quarantined + counts.open)
    let earlier = Outcome.unreadable(reason: ReadingTrouble.earlier.description)
    #expect(try ledger.outcome(ofInterferogram: 3)?.outcome == earlier)
    #expect(try ledger.outcome(ofInterferogram: 4)?.outcome == earlier)
    #expect(
      try ledger.outcome(ofInterferogram: 2)?.outcome == .rejected(reason: RejectionReason.empty.description))
    let before = try ledger.interferograms(ofEarlierScoring: 1).map(\.outcome)
    #expect(before == [.rejected(reason: RejectionReason.empty.description), earlier])
    #expect(
      try ledger.failures(limit: 9).map(\.kind) == [.quarantined, .unreadable, .unreadable, .rejected, .rejected])
  }

  @Test func whatAnOlderVersionRejectedForItsSurroundingsIsTriedAgain() throws {
    try writeVersion6()
    let ledger = try Ledger(path: file.path)
    try expectToldApart(ledger)
    #expect(try ledger.reopenUnreadable() == 2)
    #expect(try ledger.openInterferograms().map(\.number) == [3, 4, 5])
    #expect(try ledger.counts().unreadable == 0)
    try ledger.planUnits(size: 4)
    #expect(try ledger.openUnits().flatMap(\.interferograms) == [3, 4, 5], "they stay in their unit")
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    let reason = RejectionReason.constant(phase: 0.5).description
    try ledger.write(
      LedgerBatch(outcomes: [RecordedOutcome(number: 3, outcome: .rejected(reason: reason))]), epoch: epoch)
    #expect(try ledger.outcome(ofInterferogram: 3)?.outcome == .rejected(reason: reason))
  }

  @Test func anOlderLedgerThatIsOnlyReadSaysTheSameAndStaysAsItIs() throws {
    try writeVersion6()
    let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
    let reading = try Ledger(reading: file.path)
    try expectToldApart(reading)
    let history = try #require(try reading.history(ofInterferogram: 3))
    #expect(!HistoryNarrative(history).lines.joined().contains("0x55aa"))
    try reading.close()
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
  }

  @Test func onlyTheStacksThatAreAskedForAreOpened() throws {
    let ledger = try Ledger(path: file.path)
    for name in ["a", "b"] {
      let stack = PlannedStack(
        file: "\(name).h5", volcano: name, volcanoName: name, frame: "f", grid: Grid(height: 300, width: 300),
        geoTransform: GeoTransform(west: 0, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
      _ = try ledger.plan(stack, pairs: [try #require(DatePair("20200101_20200113"))])
    }
    try ledger.planUnits(size: 1)
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    let trouble = Outcome.unreadable(reason: ReadingTrouble.stackMissing.description)
    try ledger.write(
      LedgerBatch(outcomes: [1, 2].map { RecordedOutcome(number: $0, outcome: trouble) }), epoch: epoch)
    #expect(try ledger.counts().unreadable == 2)
    #expect(try ledger.reopenUnreadable(ofStacks: []) == 0)
    #expect(try ledger.reopenUnreadable(ofStacks: [2]) == 1)
    #expect(try ledger.openInterferograms().map(\.number) == [2])
    #expect(try ledger.outcome(ofInterferogram: 1)?.outcome == trouble)
  }
}
