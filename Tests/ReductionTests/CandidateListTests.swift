import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import SweepRecords
import Testing

@testable import Reduction

/// What lists say of candidates beyond their scores: nearest volcano, area, probability at a prior.
@Suite final class CandidateListTests {
  private let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(
    path: "candidates-\(UUID().uuidString.prefix(8))")
  private var results: URL { folder.appending(path: "results") }
  private let ledger: Ledger
  private static let grid = Grid(height: 224, width: 336)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    ledger = try Ledger(path: folder.appending(path: "ledger.sqlite").path)
    let profile = String(decoding: try JSONEncoder().encode(MethodProfile.jgr2018), as: UTF8.self)
    try ledger.bind(to: SweepIdentity(model: "test 1", modelSHA256: "00", profile: profile, patchSize: 224))
    let pairs = try [19_000, 19_012, 19_024].map { day in
      DatePair(
        primary: try #require(AcquisitionDate(daysSince1970: day)),
        secondary: try #require(AcquisitionDate(daysSince1970: day + 12)))
    }
    _ = try ledger.plan(
      PlannedStack(
        file: "alba.h5", volcano: "alba", volcanoName: "Alba", frame: "001A_00000_000000", grid: Self.grid,
        geoTransform: GeoTransform(west: 179.9, north: 1, longitudeStep: 0.001, latitudeStep: -0.001)),
      pairs: pairs)
    var map = SourceMap(grid: Self.grid)
    for cell in [0, 1, map.columns] { map.values[cell] = 200 }
    let epoch = try ledger.beginEpoch(host: "here", pid: 1)
    for (number, probability, source) in [(1, Float(0.9), map), (2, 0.75, nil), (3, 0.25, map)] {
      let result = DetectionResult(
        patchProbabilities: [probability, .nan], patchRows: 1, patchColumns: 2, maximumProbability: probability,
        peakScale: number, row: 5, column: 7, latitudeDegrees: 0.9945, longitudeDegrees: 179.9075,
        pixelsAbove05: 100, pixelsAbove08: 10, keptPatches: 1, noDataShare: 0.25, meanCoherence: 0.5,
        sourceMap: source)
      try ledger.write(
        LedgerBatch(outcomes: [RecordedOutcome(number: number, outcome: .scored(result))]), epoch: epoch)
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: results.appending(path: name)), as: UTF8.self)
  }

  /// A list's lines as values by column.
  private func table(_ name: String) throws -> [[String: String]] {
    let lines = try text(name).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(zip(lines[0], $0), uniquingKeysWith: { first, _ in first }) }
  }

  private func reduction(prior: String? = nil, catalogue: [VolcanoPlace]? = nil) throws -> SweepReduction {
    try SweepReduction(
      ledger: ledger, folder: results, threshold: nil, prior: prior.flatMap { DeformationPrior($0) },
      catalogue: catalogue)
  }

  @Test func withoutPlacesAndPriorTheirColumnsAreEmptyOrMissing() throws {
    let summary = try reduction().write()
    #expect(summary.expectedShare == nil)
    let lines = try table("interferograms.csv")
    #expect(lines.map { $0["scale"] } == ["1", "2", "3"])
    #expect(lines.allSatisfy { $0["nearest_volcano"] == "" && $0["nearest_volcano_km"] == "" })
    #expect(lines.allSatisfy { $0["probability_at_prior"] == nil })
    #expect(try table("volcanoes.csv").allSatisfy { $0["expected_share"] == nil })
  }

  @Test func theNearestVolcanoIsOfTheSweepOrOfTheCatalogue() throws {
    // One lies a tenth of a degree north of the place, the other a hundredth east of it, on the next turn.
    let alba = VolcanoPlace(volcano: "alba", latitudeDegrees: 1.0945, longitudeDegrees: 179.9075)
    let other = VolcanoPlace(volcano: "other", latitudeDegrees: 0.9945, longitudeDegrees: -180.0825)
    try ledger.keep(places: [alba])
    _ = try reduction().write()
    #expect(try table("candidates.csv").map { $0["nearest_volcano"] } == ["alba", "alba"])
    #expect(try table("candidates.csv").map { $0["nearest_volcano_km"] } == ["11.1", "11.1"])
    _ = try reduction(catalogue: [alba, other]).write()
    #expect(try table("candidates.csv").map { $0["nearest_volcano"] } == ["other", "other"])
    #expect(try table("candidates.csv").map { $0["nearest_volcano_km"] } == ["1.1", "1.1"])
    #expect(try text("candidates.geojson").contains("\"nearest_volcano\":\"other\",\"nearest_volcano_km\":1.1,"))
    // A check knows which catalogue the lists were written by.
    #expect(try reduction().differences() == [])
  }

  /// At 1 in 100, 0.9 is 9 / 108, 0.75 is 3 / 102, 0.25 is (1 / 3) / (99 + 1 / 3).
  @Test func aStatedPriorGivesProbabilitiesAndTheExpectedShare() throws {
    let summary = try reduction(prior: "1:100").write()
    let expected = (9.0 / 108 + 3.0 / 102) / 2
    #expect(abs(try #require(summary.expectedShare) - expected) < 1e-9)
    let candidates = try table("candidates.csv").map { Double($0["probability_at_prior"] ?? "") ?? -1 }
    #expect(zip(candidates, [9.0 / 108, 3.0 / 102]).allSatisfy { abs($0 - $1) < 1e-7 } && candidates.count == 2)
    let last = try table("interferograms.csv")[2]["probability_at_prior"].flatMap(Double.init)
    #expect(abs(try #require(last) - 1.0 / 298) < 1e-7)
    let share = try table("volcanoes.csv")[0]["expected_share"].flatMap(Double.init)
    #expect(abs(try #require(share) - expected) < 1e-7)
    #expect(try text("candidates.geojson").contains("\"probability_at_prior\":0.083333"))
    #expect(try reduction().differences() == [])
  }

  @Test func thePriorOfTheTrainingCounts() throws {
    try ledger.keep(trainingPrior: 0.2)
    let summary = try reduction(prior: "0.2").write()
    #expect(abs(try #require(summary.expectedShare) - 0.825) < 1e-6)
  }

  @Test func areasAreOneFeatureForEachCandidateWithAMap() throws {
    _ = try reduction().write()
    let json = try JSONSerialization.jsonObject(with: Data(try text("areas.geojson").utf8)) as? [String: Any]
    let features = try #require(json?["features"] as? [[String: Any]])
    #expect(json?["type"] as? String == "FeatureCollection" && features.count == 1)
    let geometry = try #require(features.first?["geometry"] as? [String: Any])
    #expect(geometry["type"] as? String == "MultiPolygon")
    let polygons = try #require(geometry["coordinates"] as? [[[[Double]]]])
    #expect(polygons.count == 1 && polygons[0].count == 1)
    #expect(
      polygons[0][0] == [
        [179.9, 1], [179.9, 0.984], [179.908, 0.984], [179.908, 0.992], [179.916, 0.992], [179.916, 1], [179.9, 1],
      ])
    let properties = try #require(features.first?["properties"] as? [String: Any])
    #expect(properties["volcano"] as? String == "alba")
    #expect((properties["interferogram"] as? String)?.hasPrefix("alba_001A_00000_000000_2022") == true)
    #expect(properties["maximum_probability"] as? Double == 0.9)
    // 3 cells of 64 pixels of 0.111195² km², at 1°.
    #expect(abs((properties["km2"] as? Double ?? 0) - 192 * 0.01236431 * 0.99985) < 0.001)
  }
}
