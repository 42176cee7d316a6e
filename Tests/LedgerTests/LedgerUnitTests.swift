import Foundation
import GRDB
import Interferometry
import SimulatedDisk
import SweepRecords
import Testing

@testable import Ledger

/// Units as they are cut, split and blamed.
@Suite struct LedgerUnitTests {
  private let disk = SimulatedDisk()
  private let ledger: Ledger

  init() throws {
    ledger = try SmallSweep.open(disk)
    let pairs = try (0..<7).map(SmallSweep.pair)
    // The second file comes first in order, but not by number.
    _ = try ledger.plan([(SmallSweep.stack(2), pairs), (SmallSweep.stack(1), Array(pairs.prefix(3)))])
  }

  @Test func unitsAreOfOneStackInPlanOrderAndStay() throws {
    try ledger.planUnits(size: 3)
    let units = try ledger.openUnits()
    #expect(units.map(\.interferograms).elementsEqual([[8, 9, 10], [1, 2, 3], [4, 5, 6], [7]]))
    #expect(units.map(\.id).elementsEqual([1, 2, 3, 4]))
    #expect(units.map(\.stack).elementsEqual([2, 1, 1, 1]))
    #expect(try ledger.nextUnit() == 5)
    try ledger.planUnits(size: 100)
    #expect(try ledger.openUnits() == units)
    _ = try ledger.plan([(SmallSweep.stack(1), try (3..<5).map(SmallSweep.pair))])
    try ledger.planUnits(size: 100)
    #expect(
      try ledger.openUnits() == units + [
        LedgerUnit(id: 5, stack: 2, parent: 0, blame: 0, interferograms: [11, 12])
      ])
  }

  @Test func aUnitListsOnlyWhatIsOpenAndGoesWithTheLast() throws {
    try ledger.planUnits(size: 3)
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    let done = [9, 1, 2, 3].map { RecordedOutcome(number: $0, outcome: .rejected(reason: "x")) }
    try ledger.write(LedgerBatch(outcomes: done), epoch: epoch)
    #expect(try ledger.openUnits().map(\.interferograms).elementsEqual([[8, 10], [4, 5, 6], [7]]))
    #expect(try ledger.nextUnit() == 5)
  }

  @Test func splitsAndBlameSurviveTheirCoordinator() throws {
    try ledger.planUnits(size: 3)
    var batch = LedgerBatch()
    batch.blames = [UnitBlame(unit: 2, blame: 2)]
    batch.splits = [
      UnitSplit(
        parent: 2,
        children: [
          LedgerUnit(id: 5, stack: 1, parent: 2, blame: 2, interferograms: [1, 2]),
          LedgerUnit(id: 6, stack: 1, parent: 2, blame: 2, interferograms: [3]),
        ])
    ]
    try ledger.write(batch, epoch: try ledger.beginEpoch(host: "here", pid: 1))
    disk.killProcesses()
    let successor = try SmallSweep.open(disk)
    #expect(try successor.openUnits().map(\.id).elementsEqual([1, 3, 4, 5, 6]))
    #expect(try successor.openUnits().suffix(2).elementsEqual(batch.splits[0].children))
    #expect(try successor.unitParents() == [5: 2, 6: 2])
    #expect(try successor.nextUnit() == 7)
  }

  @Test func manyStacksArePlannedInOneTransactionOrNotAtAll() throws {
    var changed = SmallSweep.stack(1)
    changed.grid = Grid(height: 1, width: 1)
    let new = SmallSweep.stack(3)
    #expect(throws: LedgerError.self) { try ledger.plan([(new, [try SmallSweep.pair(0)]), (changed, [])]) }
    #expect(try ledger.counts().planned == 10)
    #expect(try ledger.stacks().count == 2)
  }

  @Test func whatIsInNoUnitOfItsStackIsNamedAndCutAnew() throws {
    try ledger.planUnits(size: 3)
    #expect(try ledger.check().isSound)
    // Unit 1 is the other stack's, and there is no unit 99.
    try ledger.database.write { database in
      try database.execute(sql: "UPDATE interferogram SET unit = 1 WHERE number = 2")
      try database.execute(sql: "UPDATE interferogram SET unit = 99 WHERE number = 3")
    }
    let found = try ledger.check().counts
    #expect(found.count == 2 && found[0].hasSuffix("is in unit 1, which belongs to another stack"), "\(found)")
    #expect(found.last?.contains("unit 99") == true && found.last?.contains("v2/") == true, "\(found)")
    try ledger.planUnits(size: 3)
    let units = try ledger.openUnits().map(\.interferograms)
    #expect(units == [[8, 9, 10], [1], [4, 5, 6], [7], [2, 3]])
    #expect(try ledger.check().isSound)
  }
}
