import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Ingestion

@Suite struct IngestTests {
  let fixture: ProductsFixture
  let folder = "106A_09048_000909/interferograms"
  init() throws { fixture = try ProductsFixture() }

  @Test func aFrameBecomesAStackOfItsVolcano() throws {
    for index in 0..<3 { try fixture.writePair(index, in: folder) }
    let dates = try (0..<3).map(ProductsFixture.pair)
    let rows = dates.enumerated().flatMap {
      ["20201210 \($1.primary) \($0)", "20201210 \($1.secondary) \(50 * $0)"]
    }
    try fixture.write(Data(rows.joined(separator: "\n").utf8), to: "106A_09048_000909/metadata/baselines")
    try fixture.write(
      Data("heading=-12.019061\navg_incidence_angle=41.6\ncenter_time=0:26:14.884940\n".utf8),
      to: "106A_09048_000909/metadata/metadata.txt")

    let report = try fixture.ingest("106A_09048_000909")
    #expect(report.rejected.isEmpty)
    #expect(report.skipped.isEmpty)
    #expect(report.stacks.map(\.added) == [3])
    let stack = try fixture.stack()
    #expect(stack.pairs == dates)
    #expect(stack.perpendicularBaselines == [0, 49, 98])
    #expect(stack.header.grid == Grid(height: 500, width: 500))
    #expect(stack.header.volcano.number == nil)
    #expect(stack.header.orbitDirection == .ascending)
    #expect(stack.header.furtherAttributes["CENTER_LINE_UTC"] == "1574.885")
    // The crop begins 210 columns west and 220 rows north of the raster.
    let second = try stack.interferogram(at: 1)
    #expect(abs(stack.header.geoTransform.west + 91.42) < 1e-9)
    #expect(second.phase[0].isNaN)
    for (row, column) in [(0, 0), (0, 79), (59, 0), (33, 44)] {
      let pixel = row * 80 + column
      #expect(second.phase[(220 + row) * 500 + 210 + column] == ProductsFixture.phase(1, pixel))
      #expect(second.coherence?[(220 + row) * 500 + 210 + column] == Float((pixel + 1) % 255 + 1) / 255)
    }
    #expect(second.phase.count { !$0.isNaN } == 60 * 80)
  }

  @Test func runAgainItAddsOnlyWhatIsNew() throws {
    for index in 0..<2 { try fixture.writePair(index, in: folder) }
    _ = try fixture.ingest("106A_09048_000909")
    let again = try fixture.ingest("106A_09048_000909")
    #expect(again.added == 0)
    #expect(again.stacks.map(\.alreadyThere) == [2])
    try fixture.writePair(2, in: folder)
    let more = try fixture.ingest("106A_09048_000909")
    #expect(more.stacks.map(\.added) == [1])
    #expect(more.stacks.map(\.alreadyThere) == [2])
    #expect(try fixture.stack().pairs == (0..<3).map(ProductsFixture.pair))
  }

  @Test func badFilesAreRejectedByNameAndTheirNeighboursIngested() throws {
    for index in 0..<12 { try fixture.writePair(index, in: folder) }
    func phase(_ index: Int) throws -> String {
      let pair = try ProductsFixture.pair(index)
      return "\(folder)/\(pair)/\(pair).geo.diff_pha.tif"
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: fixture.path(phase(1))))
    try fixture.write(whole.prefix(whole.count / 2), to: phase(1))
    try fixture.writePair(2, in: folder) { _ in 0 }
    try fixture.writePair(3, in: folder) { _ in 1.25 }
    try fixture.write(Data(), to: phase(4))
    try fixture.writePair(
      5, in: folder, place: GeoTransform(west: -91.21, north: -0.80, longitudeStep: 0.002, latitudeStep: -0.001))
    let values = (0..<ProductsFixture.grid.count).map { ProductsFixture.phase(6, $0) }
    try fixture.write(.float32(values), to: phase(6), crs: false)
    try fixture.writePair(7, in: folder) { Float($0) }
    try FileManager.default.removeItem(atPath: fixture.path(phase(8)))
    let coherence = try phase(9).replacing("diff_pha", with: "cc")
    try fixture.write(Data("no picture".utf8), to: coherence)
    try fixture.writePair(
      10, in: folder,
      place: GeoTransform(west: 10, north: -0.8, longitudeStep: 0.001, latitudeStep: -0.001))

    for _ in 0..<2 {
      let report = try fixture.ingest("106A_09048_000909")
      let reasons = Dictionary(uniqueKeysWithValues: report.rejected.map { ($0.file, $0.reason) })
      func expect(_ file: String, _ words: String) {
        #expect(reasons[fixture.path(file)]?.contains(words) == true, "\(file): \(reasons)")
      }
      #expect(reasons[fixture.path(try phase(1))] != nil)
      expect(try phase(2), "is empty: no pixel has data")
      expect(try phase(3), "is constant: every pixel with data is 1.25")
      expect(try phase(4), "is empty (0 bytes)")
      expect(try phase(5), "does not fit: its pixels are 0.002° × 0.001°")
      expect(try phase(6), "has no coordinate system")
      expect(try phase(7), "is not wrapped phase")
      expect(try phase(8), "does not exist")
      expect(coherence, "is not a readable GeoTIFF")
      expect(try phase(10), "does not fit: it covers 10.0° to 10.08° east")
      #expect(report.rejected.count == 10)
      #expect(try fixture.stack().pairs == [ProductsFixture.pair(0), ProductsFixture.pair(11)])
    }
    // Repaired, they are taken.
    for index in 1..<11 { try fixture.writePair(index, in: folder) }
    #expect(try fixture.ingest("106A_09048_000909").stacks.map(\.added) == [10])
    #expect(try Set(fixture.stack().pairs) == Set((0..<12).map(ProductsFixture.pair)))
  }

  @Test func aVolcanoWithoutOneValidPixelIsNamedAndSkipped() throws {
    // Sierra Negra's crop is empty: only the raster's far west has data.
    let wide = Grid(height: 40, width: 600)
    let place = GeoTransform(west: -91.7, north: -0.81, longitudeStep: 0.001, latitudeStep: -0.001)
    for index in 0..<2 {
      try fixture.writePair(index, in: folder, grid: wide, place: place) { pixel in
        pixel % 600 < 100 ? ProductsFixture.phase(index, pixel) : 0
      }
    }
    let catalogue = VolcanoCatalogue(text: "Negra Sierra,-0.83,-91.17\nWest,-0.83,-91.6\nNorth,-0.7,-91.5\n")
    let report = try fixture.ingest("106A_09048_000909", catalogue: catalogue)
    #expect(report.stacks.map(\.volcano) == ["West"])
    #expect(
      report.skipped == [
        .init(
          volcano: "North", frame: ProductsFixture.frame, reason: "its centre is outside the frame's raster"),
        .init(
          volcano: "Negra Sierra", frame: ProductsFixture.frame,
          reason: "it has no valid pixel in any interferogram"),
      ])
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path("archive")).sorted().count == 2)
  }

  @Test func pairsWithoutDataHereAreKeptInTheirPlace() throws {
    for index in 0..<4 {
      let isEmpty = index == 0 || index == 2
      try fixture.writePair(index, in: folder, grid: Grid(height: 60, width: 700)) { pixel in
        pixel % 700 > 650 || !isEmpty ? ProductsFixture.phase(index, pixel) : 0
      }
    }
    let report = try fixture.ingest("106A_09048_000909")
    #expect(report.stacks.map(\.added) == [4])
    #expect(report.stacks.map(\.addedWithoutData) == [2])
    let stack = try fixture.stack()
    #expect(try stack.pairs == (0..<4).map(ProductsFixture.pair))
    #expect(
      try (0..<4).map { try stack.interferogram(at: $0).phase.contains { !$0.isNaN } } == [
        false, true, false, true,
      ])
    #expect(try fixture.ingest("106A_09048_000909").added == 0)
  }

  @Test func missingCoherenceAndBaselinesAreUnknownNotErrors() throws {
    try fixture.writePair(0, in: folder)
    try fixture.writePair(1, in: folder, coherence: false)
    let report = try fixture.ingest("106A_09048_000909")
    #expect(report.rejected.isEmpty)
    #expect(report.notes.count == 1)
    let stack = try fixture.stack()
    #expect(stack.perpendicularBaselines.allSatisfy { $0.isNaN })
    #expect(try stack.interferogram(at: 0).coherence?.contains { !$0.isNaN } == true)
    #expect(try stack.interferogram(at: 1).coherence?.contains { !$0.isNaN } == false)
  }

  @Test func bytePhaseSpansATurn() throws {
    let pair = try ProductsFixture.pair(0)
    let bytes = (0..<ProductsFixture.grid.count).map { UInt8($0 % 256) }
    try fixture.write(.byte(bytes), to: "\(folder)/\(pair)/\(pair).geo.diff_pha.tif")
    #expect(try fixture.ingest("106A_09048_000909").added == 1)
    let phase = try fixture.stack().interferogram(at: 0).phase
    let first = 220 * 500 + 210
    #expect(phase[first].isNaN)
    #expect(phase[first + 1] == -Float(Double.pi))
    #expect(abs(phase[first + 65] - Float(64.0 / 254 * 2 * Double.pi - Double.pi)) < 1e-6)
  }

  @Test func aPairGivenTwiceIsTakenOnceAndNamed() throws {
    try fixture.writePair(0, in: "a/106A_09048_000909/GEOC")
    try fixture.writePair(0, in: "b/106A_09048_000909/GEOC") { _ in 2 }
    try fixture.writePair(1, in: "b/106A_09048_000909/GEOC")
    let report = try fixture.ingest("a", "b", "a")
    #expect(report.stacks.map(\.added) == [2])
    #expect(report.stacks.map(\.alreadyThere) == [0])
    #expect(report.notes.count == 1)
    #expect(
      report.notes.first?.contains("b/106A_09048_000909/GEOC: 20240101_20240113 is already taken from") == true)
    #expect(try fixture.stack().interferogram(at: 0).phase[220 * 500 + 210] == ProductsFixture.phase(0, 0))
  }

  @Test func portalCropsJoinTheStackOfTheirVolcanoAlone() throws {
    let portal = "sierra_negra_106A_09048_000909/tif"
    for index in 0..<2 {
      let pair = try ProductsFixture.pair(index)
      let values = (0..<ProductsFixture.grid.count).map { ProductsFixture.phase(index, $0) }
      try fixture.write(.float32(values), to: "\(portal)/sierra_negra_\(pair).geo.diff_pha.tif")
    }
    let catalogue = VolcanoCatalogue(text: "Negra Sierra Neighbour,-0.82,-91.16\nSierra Negra,-0.83,-91.17\n")
    #expect(try fixture.ingest(portal, catalogue: catalogue).stacks.map(\.volcano) == ["Sierra Negra"])
    #expect(try fixture.stack().header.volcano.latitudeDegrees == -0.83)
    // The frame's raster goes on with the same stack.
    try fixture.writePair(2, in: folder)
    let report = try fixture.ingest("106A_09048_000909", catalogue: catalogue)
    #expect(report.stacks.map(\.total) == [1, 3])
  }

  @Test func aPortalVolcanoThatTheCatalogueLacksIsPlacedAtItsRastersCentre() throws {
    let pair = try ProductsFixture.pair(0)
    let values = (0..<ProductsFixture.grid.count).map { ProductsFixture.phase(0, $0) }
    try fixture.write(.float32(values), to: "el_nino_106A_09048_000909/tif/el_nino_\(pair).geo.diff_pha.tif")
    let report = try fixture.ingest("el_nino_106A_09048_000909")
    #expect(report.stacks.map(\.volcano) == ["el nino"])
    #expect(report.notes.first?.contains("“el_nino” is not in the catalogue") == true)
    #expect(abs(try fixture.stack("el_nino").header.volcano.longitudeDegrees + 91.17) < 1e-9)
  }

  @Test func aStackThatIsThereKeepsItsGridAndCompression() throws {
    try fixture.writePair(0, in: folder)
    _ = try fixture.ingest("106A_09048_000909", set: { $0.compression = .gzip })
    let small =
      try FileManager.default.attributesOfItem(
        atPath: fixture.path("archive/sierra_negra_\(ProductsFixture.frame).h5"))[.size] as? Int
    #expect(small.map { $0 < 200_000 } == true)
    try fixture.writePair(1, in: folder)
    _ = try fixture.ingest("106A_09048_000909")
    let stack = try fixture.stack()
    #expect(try stack.interferogram(at: 1).phase[220 * 500 + 210] == ProductsFixture.phase(1, 0))
    let grown = try FileManager.default.attributesOfItem(atPath: stack.path)[.size] as? Int
    #expect(grown.map { $0 < 300_000 } == true)
  }

  @Test func aStackThatCannotBeReadIsNamedAndOtherVolcanoesAreIngested() throws {
    try fixture.writePair(0, in: folder)
    let catalogue = VolcanoCatalogue(text: "Sierra Negra,-0.83,-91.17\nOther,-0.82,-91.16\n")
    _ = try fixture.ingest("106A_09048_000909", catalogue: catalogue)
    let noStack = fixture.path("archive/sierra_negra_\(ProductsFixture.frame).h5")
    try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: noStack))
    try fixture.writePair(1, in: folder)
    let report = try fixture.ingest("106A_09048_000909", catalogue: catalogue)
    #expect(report.rejected.map(\.file) == [noStack])
    #expect(report.stacks.map(\.volcano) == ["Other"] && report.added == 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: noStack)) == Data("no HDF5".utf8))
    #expect(try fixture.stack("other").count == 2)
  }

  @Test func stoppedItPublishesWhatIsCompleteAndFinishesLater() throws {
    for index in 0..<5 { try fixture.writePair(index, in: folder) }
    var asked = 0
    let report = try fixture.ingest(
      "106A_09048_000909",
      isStopped: {
        asked += 1
        return asked > 3
      })
    #expect(report.isInterrupted)
    #expect(try fixture.stack().count == 3)
    #expect(try fixture.ingest("106A_09048_000909").stacks.map(\.added) == [2])
  }

  @Test func onlyTheVolcanoesAskedForAreCutAndUnknownOnesRefused() throws {
    try fixture.writePair(0, in: folder)
    let catalogue = VolcanoCatalogue(text: "Sierra Negra,-0.83,-91.17\nOther,-0.82,-91.16\n")
    let report = try fixture.ingest(
      "106A_09048_000909", catalogue: catalogue, set: { $0.volcanoes = ["Negra, Sierra"] })
    #expect(report.stacks.map(\.volcano) == ["Sierra Negra"])
    #expect(throws: IngestError.unknownVolcano("Vesuvius", suggestions: [])) {
      try fixture.ingest("106A_09048_000909", catalogue: catalogue, set: { $0.volcanoes = ["Vesuvius"] })
    }
  }

  @Test func aFrameWithoutAVolcanoIsSaid() throws {
    try fixture.writePair(0, in: folder)
    let report = try fixture.ingest("106A_09048_000909", catalogue: VolcanoCatalogue(text: "Far Away,40,20\n"))
    #expect(report.stacks.isEmpty && report.skipped.isEmpty && report.rejected.isEmpty)
    #expect(report.notes.first?.contains("has its centre in the raster, so nothing was cropped") == true)
  }

  @Test func aFolderWhoseFrameNothingNamesIsRejectedUnlessTold() throws {
    try fixture.writePair(0, in: "work/GEOC")
    let report = try fixture.ingest("work")
    #expect(report.rejected.map(\.file) == [fixture.path("work/GEOC")])
    #expect(report.rejected.first?.reason.contains("--frame") == true)
    #expect(try fixture.ingest("work", set: { $0.frame = "my-frame_1" }).added == 1)
    #expect(throws: IngestError.badFrame("../x")) { try fixture.ingest("work", set: { $0.frame = "../x" }) }
  }
}
