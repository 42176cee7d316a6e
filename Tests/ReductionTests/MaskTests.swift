import Detection
import Foundation
import GRDB
import Imaging
import Interferometry
import RasterIO
import SweepRecords
import Testing

@testable import Ledger
@testable import Reduction

/// Maps of interferograms that have data at some of their pixels.
@Suite final class MaskTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(
    path: "masks-\(UUID().uuidString.prefix(8))")
  private let ledger: Ledger
  private let grid = Grid(height: 224, width: 336)
  private let rule = PatchRule(profile: .jgr2018, patchSize: 224)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try ledger.bind(
      to: SweepIdentity(
        model: "test 1", modelSHA256: "00",
        profile: String(decoding: try encoder.encode(MethodProfile.jgr2018), as: UTF8.self), patchSize: 224))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

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

  private func outcome(_ probabilities: [Float]) -> Interferometry.Outcome {
    .scored(
      DetectionResult(
        patchProbabilities: probabilities, patchRows: 1, patchColumns: 2,
        maximumProbability: probabilities.reduce(0) { $1.isNaN ? $0 : max($0, $1) }, row: 0, column: 0,
        latitudeDegrees: 1, longitudeDegrees: 10, pixelsAbove05: 0, pixelsAbove08: 0, keptPatches: 2,
        noDataShare: 0, meanCoherence: nil))
  }

  private func record(_ outcomes: [([Float], (Int) -> Bool)?]) throws {
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    let recorded = outcomes.enumerated().compactMap { index, given -> RecordedOutcome? in
      guard let (probabilities, hasData) = given else { return nil }
      var recorded = RecordedOutcome(number: index + 1, outcome: outcome(probabilities))
      let phase = (0..<grid.count).map { hasData($0) ? Float(1) : .nan }
      recorded.mask = phase.withUnsafeBufferPointer { DataMask(of: $0) }
      return recorded
    }
    try ledger.write(LedgerBatch(outcomes: recorded), epoch: epoch)
  }

  private func gather() throws -> ProbabilityStatistics {
    try #require(
      try VolcanoMaps.gather(
        ledger.interferograms(ofVolcano: "alba"), stacks: ledger.stacks(), rule: rule,
        masks: VolcanoMasks(ledger, volcano: "alba")))
  }

  @Test func pixelsCountTheInterferogramsThatHaveDataThere() throws {
    try plan("001A_00000_000000", west: 10, pairs: 3)
    let width = grid.width
    try record([
      ([0.9, 0.9], { $0 % width >= 100 }), ([0.3, 0.3], { $0 % width >= 200 }),
      ([0.6, 0.6], { $0 % width >= 100 }),
    ])
    let found = try gather()
    let (sea, coast, land) = (20, 150, 300)
    #expect([sea, coast, land].map { found.interferogramCount[$0] } == [0, 2, 3])
    #expect(found.maximumProbability[sea].isNaN && found.meanProbability[sea].isNaN)
    #expect(abs(found.maximumProbability[coast] - 0.9) < 1e-6 && abs(found.meanProbability[coast] - 0.75) < 1e-6)
    #expect(abs(found.meanProbability[land] - 0.6) < 1e-6)
    #expect([sea, coast, land].map { found.countAbove05[$0] } == [0, 2, 2])
    #expect([sea, coast, land].map { found.countAbove08[$0] } == [0, 1, 1])
  }

  /// What is passed over must change nothing: every map merged and masked for itself, pixel by pixel.
  @Test(arguments: [0.1, 0.100037]) func masksAndFramesAddUpAsEachInterferogramDoesForItself(east: Double) throws {
    try plan("001A_00000_000000", west: 10, pairs: 20)
    try plan("002A_00000_000000", west: 10 + east, pairs: 20)
    var generator = SystemRandomNumberGenerator()
    let given: [([Float], (Int) -> Bool)] = (0..<40).map { index in
      let highest: Float = index % 5 == 0 ? 0.0001 : 1
      let probabilities = (0..<2).map { _ in Float.random(in: 0...highest, using: &generator) }
      let edge = [0, 40, 150, 400][index % 4]
      return (probabilities, { pixel in pixel % 336 >= edge && pixel % 17 != index % 6 && pixel / 336 > 3 })
    }
    try record(given)
    let found = try gather()
    let merger = ProbabilityMerger(
      patches: try #require(rule.layout(of: grid)?.scales[0].patches), rule: .normalised)
    var (maximum, sum) = ([Float](repeating: 0, count: grid.count), [Double](repeating: 0, count: grid.count))
    let zeros = [Int32](repeating: 0, count: grid.count)
    var (half, most, count) = (zeros, zeros, zeros)
    for (index, (probabilities, hasData)) in given.enumerated() {
      var map = [Float](repeating: 0, count: grid.count)
      map.withUnsafeMutableBufferPointer { map in
        probabilities.withUnsafeBufferPointer { merger.merge(probabilities: $0, into: map) }
      }
      let source = GeoTransform(
        west: index < 20 ? 10 : 10 + east, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)
      for pixel in 0..<grid.count {
        let longitude = found.geoTransform.longitude(ofColumn: pixel % grid.width)
        let column = index < 20 ? pixel % grid.width : source.column(atLongitude: longitude)
        let place = pixel / grid.width * grid.width + column
        guard (0..<grid.width).contains(column), hasData(place) else { continue }
        maximum[pixel] = max(maximum[pixel], map[place])
        sum[pixel] += Double(map[place])
        half[pixel] += map[place] > 0.5 ? 1 : 0
        most[pixel] += map[place] > 0.8 ? 1 : 0
        count[pixel] += 1
      }
    }
    #expect(found.interferogramCount == count && count.contains(0) && count.contains { $0 > 10 })
    #expect(found.countAbove05 == half && found.countAbove08 == most && half.contains { $0 > 1 })
    #expect(zip(found.maximumProbability, zip(maximum, count)).allSatisfy { $1.1 > 0 ? $0 == $1.0 : $0.isNaN })
    #expect(
      zip(found.meanProbability, zip(sum, count)).allSatisfy {
        $1.1 > 0 ? abs($0 - Float($1.0 / Double($1.1))) < 1e-6 : $0.isNaN
      })
  }

  @Test func interferogramsWithoutAMaskCountEverywhereAndTheMapSaysSo() throws {
    try plan("001A_00000_000000", west: 10, pairs: 2)
    try plan("002A_00000_000000", west: 10.1, pairs: 1)
    try record([([0.9, 0.9], { $0 % 336 >= 100 }), nil, ([0.2, 0.2], { _ in false })])
    try ledger.write(
      LedgerBatch(outcomes: [RecordedOutcome(number: 2, outcome: outcome([0.4, 0.4]))]),
      epoch: try ledger.beginEpoch(host: "here", pid: 1))
    let found = try gather()
    #expect(found.interferogramCount[20] == 1 && found.interferogramCount[300] == 2)
    #expect(abs(found.maximumProbability[20] - 0.4) < 1e-6)
    _ = try SweepReduction(ledger: ledger, folder: folder.appending(path: "results"), threshold: nil).write()
    let map = try HDF5File.open(readingFrom: folder.appending(path: "results/maps/alba.h5").path)
    #expect(
      try map.readAttribute("DATA_MASKS")?.hasPrefix("2 of 3 interferograms; the others count at every") == true)
    #expect(try map.readAttribute("FRAMES") == "001A_00000_000000, 002A_00000_000000")
    #expect(try map.readAttribute("GRID_FRAME") == "001A_00000_000000")
    #expect(try map.readAttribute("START_DATE") == "2022-01-08" && map.readAttribute("END_DATE") == "2022-01-21")
    #expect(
      try map.readAttribute("RESAMPLING") == "nearest neighbour onto the grid of 001A_00000_000000")
    #expect(
      try map.readAttribute("FRAME_002A_00000_000000")
        == "1 interferogram from 2022-01-08 to 2022-01-20, resampled by nearest neighbour onto the grid of "
        + "001A_00000_000000")
    #expect(
      try map.readAttribute("FRAME_001A_00000_000000")
        == "2 interferograms from 2022-01-08 to 2022-01-21, on its own grid")
  }

  @Test func aDamagedMaskCostsNoMapAndIsNamed() throws {
    try plan("001A_00000_000000", west: 10, pairs: 2)
    try record([([0.9, 0.9], { $0 % 336 >= 100 }), ([0.3, 0.3], { $0 % 336 >= 200 })])
    let mask = try #require(try ledger.maskNumbers(ofVolcano: "alba")[1])
    try ledger.transaction(.plan) { database in
      try database.execute(sql: "UPDATE data_mask SET runs = x'00' WHERE id = ?", arguments: [mask])
    }
    let results = folder.appending(path: "results")
    let summary = try SweepReduction(ledger: ledger, folder: results, threshold: nil).write()
    #expect(
      summary.withoutMask.map(\.description) == [try ledger.interferograms(ofVolcano: "alba")[0].id.description])
    let map = try HDF5File.open(readingFrom: results.appending(path: "maps/alba.h5").path)
    #expect(try map.readAttribute("DATA_MASKS")?.hasPrefix("1 of 2 interferograms") == true)
  }

  @Test func theFeaturesHaveTheColumnsOfTheList() throws {
    try plan("001A_00000_000000", west: 10, pairs: 2)
    try record([([0.9, 0.9], { _ in true }), ([0.8, 0.8], { _ in true })])
    _ = try SweepReduction(ledger: ledger, folder: folder.appending(path: "results"), threshold: nil).write()
    let results = folder.appending(path: "results")
    let lines = String(decoding: try Data(contentsOf: results.appending(path: "candidates.csv")), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let data = try Data(contentsOf: results.appending(path: "candidates.geojson"))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let features = try #require(document["features"] as? [[String: Any]])
    #expect(features.count == 2 && lines.count == 3)
    for (feature, line) in zip(features, lines.dropFirst()) {
      let properties = try #require(feature["properties"] as? [String: Any])
      #expect(Set(properties.keys) == Set(lines[0]))
      for (name, field) in zip(lines[0], line) {
        switch properties[name] {
        case is NSNull: #expect(field.isEmpty, "\(name)")
        case let text as String: #expect(field == text, "\(name)")
        case let number as NSNumber: #expect(Double(field) == number.doubleValue, "\(name)")
        default: Issue.record("\(name) is missing")
        }
      }
      #expect(properties["mean_coherence"] is NSNull && properties["box_row"] is NSNull)
      #expect(properties["primary_date"] as? String == (line == lines[1] ? "2022-01-08" : "2022-01-09"))
      #expect(properties["km2_above_0.5"] is NSNumber && properties["model"] as? String == "00")
    }
  }
}
