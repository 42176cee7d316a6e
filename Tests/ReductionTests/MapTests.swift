import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import RasterIO
import SweepRecords
import Testing

@testable import Reduction

/// A ledger with known patch probabilities, reduced.
@Suite final class MapTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(
    path: "maps-\(UUID().uuidString.prefix(8))")
  private let ledger: Ledger
  private let grid = Grid(height: 224, width: 336)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try ledger.bind(
      to: SweepIdentity(
        model: "test 1", modelSHA256: "00",
        profile: String(decoding: try encoder.encode(MethodProfile.jgr2018), as: UTF8.self), patchSize: 224))
    try ledger.keep(candidateThreshold: 0.6)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  private func plan(_ frame: String, west: Double, pairs: Int) throws {
    _ = try ledger.plan(
      PlannedStack(
        file: "alba_\(frame).h5", volcano: "alba", volcanoName: "Alba", frame: frame, grid: grid,
        geoTransform: GeoTransform(west: west, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)),
      pairs: (0..<pairs).map { index in
        DatePair(
          primary: try #require(AcquisitionDate(daysSince1970: 19_000 + index)),
          secondary: try #require(AcquisitionDate(daysSince1970: 19_012 + index)))
      })
  }

  /// Two patches side by side, starts 0 and 112.
  private func outcome(_ left: Float, _ right: Float, highest: Float) -> Interferometry.Outcome {
    .scored(
      DetectionResult(
        patchProbabilities: [left, right], patchRows: 1, patchColumns: 2, maximumProbability: highest, row: 5,
        column: 7, latitudeDegrees: 0.9945, longitudeDegrees: 10.0075, pixelsAbove05: 100, pixelsAbove08: 10,
        keptPatches: 2, noDataShare: 0.25, meanCoherence: 0.5,
        box: PixelBox(centreRow: 4.5, centreColumn: 9.5, halfHeight: 3.125, halfWidth: 5)))
  }

  private func record(_ outcomes: [(Int, Interferometry.Outcome)]) throws {
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    try ledger.write(
      LedgerBatch(outcomes: outcomes.map { RecordedOutcome(number: $0.0, outcome: $0.1) }), epoch: epoch)
  }

  private func reduce() throws -> SweepReduction.Summary {
    try SweepReduction(ledger: ledger, folder: folder.appending(path: "results"), threshold: nil).write()
  }

  @Test func aVolcanosMapsAreTheMaximumMeanAndCountsOfItsInterferogramsOnTheFirstFramesGrid() throws {
    // The second frame lies 100 columns further east.
    try plan("001A_00000_000000", west: 10, pairs: 2)
    try plan("002A_00000_000000", west: 10.1, pairs: 1)
    try record([
      (1, outcome(0.9, 0.9, highest: 0.9)), (2, outcome(.nan, .nan, highest: 0)),
      (3, outcome(0.6, 0.6, highest: 0.6)),
    ])
    let summary = try reduce()
    #expect(summary.mapCount == 1)
    let (west, east) = (20, 300)
    let statistics = try #require(
      try VolcanoMaps.gather(
        ledger.interferograms(ofVolcano: "alba"), stacks: ledger.stacks(),
        rule: PatchRule(profile: .jgr2018, patchSize: 224)))
    // West of the second frame only the first frame's two interferograms lie.
    #expect(abs(statistics.maximumProbability[west] - 0.9) < 1e-6)
    #expect(abs(statistics.maximumProbability[east] - 0.9) < 1e-6)
    #expect(statistics.interferogramCount[west] == 2)
    #expect(statistics.interferogramCount[east] == 3)
    #expect(abs(statistics.meanProbability[west] - 0.45) < 1e-6)
    #expect(abs(statistics.meanProbability[east] - 0.5) < 1e-6)
    #expect(statistics.countAbove05[west] == 1 && statistics.countAbove05[east] == 2)
    #expect(statistics.countAbove08[west] == 1 && statistics.countAbove08[east] == 1)
  }

  /// What is passed over must change nothing: every map merged by itself, pixel by pixel.
  @Test(arguments: [0.1, 0.100037, -0.05]) func mapsAreWhatEachInterferogramByItselfAddsUpTo(east: Double) throws {
    try plan("001A_00000_000000", west: 10, pairs: 40)
    try plan("002A_00000_000000", west: 10 + east, pairs: 40)
    var generator = SystemRandomNumberGenerator()
    let probabilities: [[Float]] = (0..<80).map { index in
      let highest: Float = index % 7 == 0 ? 1 : index % 5 == 0 ? 0 : 0.5
      return (0..<2).map { _ in
        index % 11 == 3 && Bool.random(using: &generator)
          ? Float.nan : Float.random(in: 0...max(highest, 0.001), using: &generator) * (highest > 0 ? 1 : 0)
      }
    }
    try record(probabilities.enumerated().map { ($0 + 1, outcome($1[0], $1[1], highest: 1)) })
    let stacks = try ledger.stacks()
    let rule = PatchRule(profile: .jgr2018, patchSize: 224)
    let all = try ledger.interferograms(ofVolcano: "alba")
    let found = try #require(try VolcanoMaps.gather(all, stacks: stacks, rule: rule))
    let merger = ProbabilityMerger(
      patches: try #require(rule.layout(of: grid)?.scales[0].patches), rule: .normalised)
    var (maximum, sum) = ([Float](repeating: 0, count: grid.count), [Double](repeating: 0, count: grid.count))
    var (half, most, count) = ([Int32](repeating: 0, count: grid.count), maximum.map { _ in Int32(0) }, maximum)
    for (index, pair) in probabilities.enumerated() {
      var map = [Float](repeating: 0, count: grid.count)
      map.withUnsafeMutableBufferPointer { map in
        pair.map { $0.isNaN ? 0 : $0 }.withUnsafeBufferPointer { merger.merge(probabilities: $0, into: map) }
      }
      let source = GeoTransform(
        west: index < 40 ? 10 : 10 + east, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)
      for pixel in 0..<grid.count {
        let longitude = found.geoTransform.longitude(ofColumn: pixel % grid.width)
        let column = index < 40 ? pixel % grid.width : source.column(atLongitude: longitude)
        guard (0..<grid.width).contains(column) else { continue }
        let value = map[pixel / grid.width * grid.width + column]
        maximum[pixel] = max(maximum[pixel], value)
        sum[pixel] += Double(value)
        half[pixel] += value > 0.5 ? 1 : 0
        most[pixel] += value > 0.8 ? 1 : 0
        count[pixel] += 1
      }
    }
    #expect(found.maximumProbability == maximum)
    #expect(found.countAbove05 == half && found.countAbove08 == most)
    #expect(half.contains { $0 > 1 } && found.interferogramCount == count.map { Int32($0) })
    let mean = zip(sum, count).map { Float($0 / Double($1)) }
    #expect(zip(found.meanProbability, mean).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func theListsHoldEveryInterferogramAndTheCandidatesInRankOrder() throws {
    try plan("001A_00000_000000", west: 10, pairs: 5)
    try record([
      (1, outcome(0.7, 0, highest: 0.7)), (2, outcome(0.95, 0, highest: 0.95)),
      (3, outcome(0.55, 0, highest: 0.55)),
      (4, .rejected(reason: "empty, \"quoted\"")),
    ])
    let summary = try reduce()
    #expect(
      summary.candidates.map(\.id) == [
        "alba_001A_00000_000000_20220109_20220121", "alba_001A_00000_000000_20220108_20220120",
      ])
    let all = try text("interferograms.csv").split(separator: "\n")
    #expect(all.count == 6)
    #expect(all.count { $0.contains(",scored,") } == 3)
    #expect(all.contains { $0.contains(#",rejected,"empty, ""quoted""","#) })
    #expect(all.contains { $0.contains(",open,") })
    let candidates = try text("candidates.csv").split(separator: "\n")
    #expect(
      candidates.count == 3 && candidates[1].hasPrefix("1,") && candidates[1].contains(",0.95,0.994500,10.007500,"))
    #expect(candidates[1].hasSuffix(",4.50,9.50,3.12,5.00,10.005000,0.991875,10.015000,0.998125,00,pixels"))
    let volcanoes = try text("volcanoes.csv").split(separator: "\n")
    #expect(volcanoes[1].hasPrefix("1,alba,3,1,0,0,3,1,0.6,2,0.95,"))
    let json = try JSONSerialization.jsonObject(with: Data(try text("candidates.geojson").utf8)) as? [String: Any]
    let features = try #require(json?["features"] as? [[String: Any]])
    #expect(features.count == 2)
    let geometry = try #require(features[0]["geometry"] as? [String: Any])
    #expect((geometry["coordinates"] as? [Double]) == [10.0075, 0.9945])
    let properties = try #require(features[0]["properties"] as? [String: Any])
    #expect(properties["box_row"] as? Double == 4.5 && properties["box_east"] as? Double == 10.015)
  }

  @Test func reducingTwiceGivesTheSameBytes() throws {
    try plan("001A_00000_000000", west: 10, pairs: 2)
    try record([(1, outcome(0.7, 0.2, highest: 0.7)), (2, outcome(0.1, .nan, highest: 0.1))])
    _ = try reduce()
    let names = ["maps/alba.h5", "maps/alba.tif", "candidates.csv", "candidates.geojson", "volcanoes.csv"]
    let first = try names.map { try Data(contentsOf: folder.appending(path: "results/\($0)")) }
    Thread.sleep(forTimeInterval: 1.1)
    _ = try reduce()
    #expect(try names.map { try Data(contentsOf: folder.appending(path: "results/\($0)")) } == first)
  }

  @Test func probabilitiesThatDoNotFitThePatchesAreNamed() throws {
    try plan("001A_00000_000000", west: 10, pairs: 1)
    try ledger.write(
      LedgerBatch(outcomes: [
        RecordedOutcome(
          number: 1,
          outcome: .scored(
            DetectionResult(
              patchProbabilities: [1], patchRows: 1, patchColumns: 1, maximumProbability: 1, row: 0, column: 0,
              latitudeDegrees: 0, longitudeDegrees: 0, pixelsAbove05: 0, pixelsAbove08: 0, keptPatches: 1,
              noDataShare: 0, meanCoherence: nil)))
      ]), epoch: try ledger.beginEpoch(host: "here", pid: 1))
    let error = #expect(throws: ReductionError.self) { try reduce() }
    #expect(error?.description.contains("alba_001A_00000_000000_20220108_20220120") == true)
  }

  @Test func aLedgerWithoutASweepIsRefusedByName() throws {
    let empty = try Ledger(path: folder.appending(path: "empty.sqlite").path)
    #expect(throws: ReductionError.self) {
      try SweepReduction(ledger: empty, folder: folder, threshold: nil)
    }
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: "results/\(name)")), as: UTF8.self)
  }
}
