import Foundation
import GRDB
import Interferometry
import SweepRecords
import Testing

@testable import Ledger

/// The columns that came later: map of the source, embedding, scale of the peak.
@Suite final class SourceColumnTests {
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
  }

  /// One blob of 20 × 20 cells in a map that is 0 elsewhere.
  private static func map(_ grid: Grid = SmallSweep.stack(0).grid) -> SourceMap {
    var map = SourceMap(grid: grid)
    for row in 10..<30 {
      for column in 12..<32 {
        let distance = hypot(Double(row) - 19.5, Double(column) - 21.5) / 10
        map.values[row * map.columns + column] = UInt8(255 / (1 + exp(8 * (distance - 0.8))))
      }
    }
    return map
  }

  private func write(_ number: Int, _ change: (inout DetectionResult) -> Void = { _ in }) throws {
    var batch = SmallSweep.batch(number - 1)
    guard case .scored(var result) = batch.outcomes[0].outcome else { return }
    change(&result)
    batch.outcomes[0] = RecordedOutcome(
      number: number, outcome: .scored(result), unit: 1, attempt: number - 1, worker: number)
    try ledger.write(batch, epoch: epoch)
  }

  private static func result(_ ledger: Ledger, _ number: Int) throws -> DetectionResult? {
    guard case .scored(let result) = try ledger.outcome(ofInterferogram: number)?.outcome else { return nil }
    return result
  }

  private func change(_ sql: String, _ arguments: StatementArguments = []) throws {
    try ledger.database.write { try $0.execute(sql: sql, arguments: arguments) }
  }

  @Test func mapEmbeddingAndScaleAreReadAsTheyWereWritten() throws {
    // Numbers that half precision holds, and the largest and smallest that it does not.
    let exact = (0..<64).map { Float($0) / 16 - 2 }
    try write(1) {
      ($0.sourceMap, $0.embedding, $0.peakScale) = (Self.map(), exact + [1e6, -1e6, 1e-9], 4)
      // Of coarser scales.
      $0.patchProbabilities += [0.5, .nan, 0.25]
    }
    try write(2)
    let read = try #require(try Self.result(ledger, 1))
    #expect(read.sourceMap == Self.map())
    #expect(read.embedding == exact + [65504, -65504, 0])
    #expect(read.peakScale == 4 && read.patchProbabilities.count == 203)
    let other = try #require(try Self.result(ledger, 2))
    #expect(other.sourceMap == nil && other.embedding.isEmpty && other.peakScale == 1)
    #expect(try ledger.damagedOutcomes() == [])
    #expect(try ledger.check().isSound)
  }

  @Test func aMapOfOneSourceTakesAboutAKilobyte() throws {
    try write(1) {
      ($0.sourceMap, $0.embedding) = (Self.map(Grid(height: 500, width: 500)), [Float](repeating: 1, count: 68))
    }
    try write(2) { $0.sourceMap = SourceMap(grid: Grid(height: 500, width: 500)) }
    let sizes = try ledger.database.read {
      try Row.fetchAll($0, sql: "SELECT length(source_map), length(embedding) FROM score ORDER BY number")
    }
    #expect((100...1500).contains(sizes[0][0] as Int), "\(sizes[0])")
    #expect((sizes[0][1] as Int) == 136)
    #expect((sizes[1][0] as Int) < 64, "\(sizes[1])")
  }

  @Test(arguments: [
    "source_map = substr(source_map, 1, length(source_map) - 4)", "source_map = substr(source_map, 1, 3)",
    "source_map = x''", "source_map = NULL", "source_map = CAST(x'0100' || substr(source_map, 3) AS BLOB)",
    "embedding = substr(embedding, 1, 5)", "embedding = x''", "embedding = NULL",
    "embedding = CAST(x'007C' || substr(embedding, 3) AS BLOB)", "embedding = zeroblob(258)", "peak_scale = 1",
    "peak_scale = 0",
  ])
  func aDamagedColumnCostsItsOwnInterferogramAlone(_ assignment: String) throws {
    for number in 1...3 {
      try write(number) { ($0.sourceMap, $0.embedding, $0.peakScale) = (Self.map(), [1, 2, 3], 2) }
    }
    try change("UPDATE score SET \(assignment) WHERE number = 2")
    #expect(try ledger.damagedOutcomes().map(\.number) == [2])
    let (judged, damaged) = try ledger.contents(ofVolcano: "v0")
    #expect(damaged.map(\.number) == [2] && judged.count == SmallSweep.pairs)
    #expect(try Self.result(ledger, 2) == nil)
    #expect(try Self.result(ledger, 1)?.sourceMap == Self.map() && Self.result(ledger, 3)?.peakScale == 2)
  }

  /// Without the checksum: columns that cannot hold what they say are still refused.
  @Test(arguments: [
    "source_map = substr(source_map, 1, length(source_map) - 4)", "source_map = x''",
    "source_map = CAST(x'0100' || substr(source_map, 3) AS BLOB)",
    "source_map = CAST(x'FFFFFFFF' || substr(source_map, 5) AS BLOB)", "embedding = x''", "embedding = x'003C00'",
    "embedding = CAST(x'007C' || substr(embedding, 3) AS BLOB)", "embedding = zeroblob(258)", "peak_scale = 0",
  ])
  func aColumnThatDoesNotFitIsRefusedWithItsRow(_ assignment: String) throws {
    for number in 1...2 {
      try write(number) { ($0.sourceMap, $0.embedding, $0.peakScale) = (Self.map(), [1, 2, 3], 2) }
    }
    try change("UPDATE score SET \(assignment) WHERE number = 2")
    let checksum = try ledger.database.read { database in
      try Row.fetchOne(database, sql: Ledger.outcomesWithChecksums + " WHERE interferogram.number = 2").map {
        OutcomeChecksum($0).value
      }
    }
    try change("UPDATE outcome_checksum SET checksum = ? WHERE number = 2", [checksum])
    #expect(try ledger.damagedOutcomes() == [])
    let error = #expect(throws: LedgerError.self) { try Self.result(ledger, 2) }
    let column = assignment.split(separator: " ")[0]
    #expect(error?.description.contains("interferogram 2 is scored but its \(column) is") == true)
    #expect(try Self.result(ledger, 1)?.sourceMap == Self.map())
  }

  /// A ledger as version 11 left it.
  private func makeOlder() throws {
    for table in ["score", "earlier_result"] {
      for column in ["peak_scale", "source_map", "embedding"] {
        try change("ALTER TABLE \(table) DROP COLUMN \(column)")
      }
    }
    try change("DROP TABLE volcano_place")
    try change("DELETE FROM grdb_migrations WHERE identifier = '12'")
  }

  private static func checksums(_ ledger: Ledger) throws -> [Int64] {
    try ledger.database.read {
      try Int64.fetchAll($0, sql: "SELECT checksum FROM outcome_checksum ORDER BY scoring, number")
    }
  }

  @Test func anOlderLedgerIsReadAsItIsAndKeepsItsChecksums() throws {
    for index in 0..<SmallSweep.batches { try ledger.write(SmallSweep.batch(index), epoch: epoch) }
    var identity = SmallSweep.identity
    identity.modelSHA256 = "11"
    try ledger.rebind(to: identity) { _ in StaleOutcomes(includesUnscored: false, rejections: []) }
    for index in 0..<4 {
      var batch = SmallSweep.batch(index)
      batch.workers = []
      try ledger.write(batch, epoch: epoch)
    }
    let (checksums, scored) = (try Self.checksums(ledger), try ledger.counts().scored)
    let earlier = try ledger.interferograms(ofEarlierScoring: 1).map(\.outcome)
    try makeOlder()
    try ledger.close()
    let reading = try Ledger(reading: file.path)
    #expect(try reading.check().isSound && reading.counts().scored == scored)
    #expect(try reading.interferograms(ofEarlierScoring: 1).map(\.outcome) == earlier)
    #expect(try reading.volcanoPlaces().isEmpty)
    try reading.close()
    let migrated = try Ledger(path: file.path)
    #expect(try Self.checksums(migrated) == checksums)
    #expect(try migrated.check().isSound)
    #expect(try migrated.interferograms(ofEarlierScoring: 1).map(\.outcome) == earlier)
    let scales = try migrated.database.read {
      try Int.fetchSet($0, sql: "SELECT peak_scale FROM earlier_result WHERE outcome = 1")
    }
    #expect(scales == [1])
  }

  @Test func earlierScoringsKeepTheColumns() throws {
    try write(1) { ($0.sourceMap, $0.embedding, $0.peakScale) = (Self.map(), [0.5], 2) }
    var identity = SmallSweep.identity
    identity.modelSHA256 = "11"
    try ledger.rebind(to: identity) { _ in StaleOutcomes(includesUnscored: true, rejections: []) }
    #expect(try ledger.damagedOutcomes() == [])
    let earlier = try ledger.interferograms(ofEarlierScoring: 1)
    guard case .scored(let result) = earlier.first?.outcome else {
      Issue.record("the score is gone")
      return
    }
    #expect(result.sourceMap == Self.map() && result.embedding == [0.5] && result.peakScale == 2)
  }

  @Test func placesOfVolcanoesAndTheTrainingsPriorAreKept() throws {
    #expect(try ledger.volcanoPlaces().isEmpty && ledger.trainingPrior() == nil)
    let alba = VolcanoPlace(volcano: "alba", latitudeDegrees: 1, longitudeDegrees: 2)
    let moved = VolcanoPlace(volcano: "alba", latitudeDegrees: 1.5, longitudeDegrees: 2)
    let etna = VolcanoPlace(volcano: "etna", latitudeDegrees: 37.7, longitudeDegrees: 15)
    let nowhere = VolcanoPlace(volcano: "x", latitudeDegrees: 91, longitudeDegrees: 0)
    try ledger.keep(places: [etna, alba, nowhere])
    #expect(try ledger.volcanoPlaces() == [alba, etna])
    try ledger.keep(places: [moved])
    #expect(try ledger.volcanoPlaces() == [moved, etna])
    try ledger.keep(trainingPrior: 0.25)
    #expect(try ledger.trainingPrior() == 0.25)
  }
}
