import Foundation
import SimulatedDisk
import Testing

@testable import Ledger

/// A small sweep on a disk that loses its power before each of its changes in turn.
@Suite struct PowerLossTests {
  /// Loses the power `seeds` times before each change and looks at what is left.
  ///
  /// - Returns: what was found wrong, and how often the power was lost.
  private func faults(_ synchronous: Ledger.Synchronous, seeds: Int, continues: Bool) throws -> (
    found: [String], crashes: Int
  ) {
    let disk = SimulatedDisk()
    let sweep = SmallSweep(on: disk, synchronous: synchronous)
    var found: [String] = []
    var crashes = 0
    disk.beforeChange = { disk in
      for seed in 0..<seeds {
        let change = disk.calls.changes
        let left = disk.copy()
        left.crash(seed: UInt64(change * 1000 + seed))
        crashes += 1
        do {
          let ledger = try SmallSweep.open(left, synchronous)
          var faults = try SmallSweep.audit(ledger, sweep.promises)
          try ledger.close()
          if continues && seed == 0 && change % 3 == 0 { faults += try SmallSweep.continueSweep(left) }
          found += faults.map { "change \(change), seed \(seed): \($0)" }
        } catch {
          found.append("change \(change), seed \(seed): \(error)")
        }
      }
    }
    try sweep.run()
    return (found, crashes)
  }

  @Test func whatWasWrittenSurvivesALossOfPowerAtAnyMoment() throws {
    let (found, crashes) = try faults(.full, seeds: 2, continues: true)
    #expect(crashes > 300)
    #expect(found.isEmpty)
  }

  @Test func withoutFullSyncsResultsAreLostAndTheTestSeesIt() throws {
    let (found, _) = try faults(.normal, seeds: 1, continues: false)
    #expect(found.contains { $0.contains("is lost") })
    #expect(!found.contains { $0.contains("half there") })
  }
}
