import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Ingestion

/// Every raster of a frame is cut by its own place, coherence as well as phase.
@Suite struct OwnPlaceTests {
  let fixture: ProductsFixture
  let folder = "106A_09048_000909/interferograms"
  init() throws { fixture = try ProductsFixture() }

  /// The raster that all of a test's files show, by longitude and latitude: whole thousandths of a degree.
  private static func truth(_ longitude: Double, _ latitude: Double) -> Float {
    let (x, y) = (Int(((longitude + 91.3) * 1000).rounded()), Int(((-0.7 - latitude) * 1000).rounded()))
    return Float((x * 31 + y * 17) % 599 + 1) / 100 - 3.005
  }

  private static func values(_ grid: Grid, _ place: GeoTransform) -> [Float] {
    (0..<grid.count).map { pixel in
      truth(
        place.west + (Double(pixel % grid.width) + 0.5) * place.longitudeStep - 0.0005,
        place.latitude(ofRow: pixel / grid.width) + 0.0005)
    }
  }

  private func write(_ index: Int, _ kind: String, grid: Grid, place: GeoTransform) throws {
    let pair = try ProductsFixture.pair(index)
    let values = Self.values(grid, place).map { kind == "cc" ? ($0 + 3.1) / 7 : $0 }
    try fixture.write(.float32(values), to: "\(folder)/\(pair)/\(pair).geo.\(kind).tif", grid: grid, place: place)
  }

  private static func place(_ west: Double, _ north: Double, step: Double = 0.001) -> GeoTransform {
    GeoTransform(west: west, north: north, longitudeStep: step, latitudeStep: -step)
  }

  @Test func rastersThatDifferByRowsHalfPixelsAndDigitsOfTheStepAreAllTaken() throws {
    let grid = Grid(height: 100, width: 120)
    try write(0, "diff_pha", grid: grid, place: Self.place(-91.22, -0.78))
    try write(1, "diff_pha", grid: grid, place: Self.place(-91.22, -0.78))
    try write(2, "diff_pha", grid: Grid(height: 101, width: 119), place: Self.place(-91.221, -0.779))
    try write(3, "diff_pha", grid: grid, place: Self.place(-91.2204, -0.7804))
    try write(4, "diff_pha", grid: grid, place: Self.place(-91.22, -0.78, step: 0.001_000_02))
    try write(5, "diff_pha", grid: Grid(height: 80, width: 90), place: Self.place(268.80, -0.79))
    let report = try fixture.ingest("106A_09048_000909")
    #expect(report.rejected.isEmpty)
    let stack = try fixture.stack()
    #expect(stack.count == 6)
    let place = stack.header.geoTransform
    for index in 0..<6 {
      let phase = try stack.interferogram(at: index).phase
      var wrong = 0
      var valid = 0
      for row in 200..<300 {
        for column in 200..<300 where !phase[row * 500 + column].isNaN {
          valid += 1
          let expected = Self.truth(place.longitude(ofColumn: column) - 0.0005, place.latitude(ofRow: row) + 0.0005)
          if abs(phase[row * 500 + column] - expected) > 1e-6 { wrong += 1 }
        }
      }
      #expect(valid > 5000)
      // Less than half a pixel off, rounding of the step included, each pixel is the truth's own.
      #expect(wrong == 0, "interferogram \(index): \(wrong) of \(valid)")
    }
  }

  @Test func coherenceIsCutByItsOwnPlace() throws {
    let grid = Grid(height: 100, width: 120)
    let phasePlace = Self.place(-91.22, -0.78)
    for index in 0..<5 { try write(index, "diff_pha", grid: grid, place: phasePlace) }
    try write(0, "cc", grid: grid, place: phasePlace)
    try write(1, "cc", grid: Grid(height: 90, width: 100), place: Self.place(-91.2, -0.785))
    try write(2, "cc", grid: grid, place: Self.place(10, 50))
    try write(3, "cc", grid: Grid(height: 50, width: 60), place: Self.place(-91.22, -0.78, step: 0.002))
    try write(4, "cc", grid: grid, place: Self.place(268.78, -0.78))
    let report = try fixture.ingest("106A_09048_000909")
    let elsewhere = try fixture.path("\(folder)/\(ProductsFixture.pair(2))/\(ProductsFixture.pair(2)).geo.cc.tif")
    #expect(report.rejected.map(\.file) == [elsewhere])
    #expect(report.rejected.first?.reason.contains("10.0° to 10.12° east") == true)
    let stack = try fixture.stack()
    #expect(stack.count == 4)
    let place = stack.header.geoTransform
    let row = place.row(atLatitude: -0.8005)
    let column = place.column(atLongitude: -91.1495)
    let expected = (Self.truth(-91.15, -0.80) + 3.1) / 7
    for index in [0, 1, 3] {
      let coherence = try #require(try stack.interferogram(at: index).coherence)
      #expect(abs(coherence[row * 500 + column] - expected) < 1e-6, "\(index)")
    }
    // Outside of its own raster there is no coherence, though there is phase.
    let shifted = try stack.interferogram(at: 1)
    let west = place.column(atLongitude: -91.2105)
    #expect(!shifted.phase[row * 500 + west].isNaN)
    #expect(shifted.coherence?[row * 500 + west].isNaN == true)
  }

  @Test func aConstantOrEmptyCoherenceFileCostsOnlyTheCoherence() throws {
    for index in 0..<3 { try fixture.writePair(index, in: folder) }
    for (index, value) in [(0, UInt8(128)), (1, 0)] {
      let pair = try ProductsFixture.pair(index)
      try fixture.write(
        .byte([UInt8](repeating: value, count: ProductsFixture.grid.count)),
        to: "\(folder)/\(pair)/\(pair).geo.cc.tif")
    }
    let report = try fixture.ingest("106A_09048_000909")
    #expect(report.rejected.isEmpty)
    #expect(report.added == 3)
    let note = try #require(report.notes.first { $0.contains("2 coherence files carry no information") })
    #expect(try note.contains("\(ProductsFixture.pair(0)) is constant"))
    #expect(try fixture.stack().interferogram(at: 0).coherence?.allSatisfy(\.isNaN) == true)
    #expect(try fixture.stack().interferogram(at: 2).coherence?.contains { !$0.isNaN } == true)
  }

  @Test func aVolcanoWhoseFilesWereAllRejectedIsNotCalledWithoutData() throws {
    for index in 0..<2 { try fixture.writePair(index, in: folder) { Float($0) } }
    let report = try fixture.ingest("106A_09048_000909")
    #expect(report.rejected.count == 2)
    #expect(report.skipped.map(\.reason) == ["all its interferograms were rejected"])
  }

  @Test(arguments: ["tiff", "TIF", "TIFF"]) func otherEndingsOfGeoTIFFsAreFound(_ ending: String) throws {
    for (index, name) in [(0, "106A_09048_000909/GEOC"), (1, "sierra_negra_106A_09048_000909/tif")] {
      let pair = try ProductsFixture.pair(index)
      let stem = index == 0 ? "\(name)/\(pair)/\(pair)" : "\(name)/sierra_negra_\(pair)"
      let values = (0..<ProductsFixture.grid.count).map { ProductsFixture.phase(index, $0) }
      try fixture.write(.float32(values), to: "\(stem).geo.diff_pha.\(ending)")
      try fixture.write(.float32(values.map { ($0 + 3.1) / 7 }), to: "\(stem).geo.cc.\(ending)")
    }
    let report = try fixture.ingest("106A_09048_000909", "sierra_negra_106A_09048_000909")
    #expect(report.rejected.isEmpty)
    #expect(report.added == 2)
    #expect(try fixture.stack().interferogram(at: 1).coherence?.contains { !$0.isNaN } == true)
  }

  @Test func impossibleDatesAreNamed() throws {
    try fixture.writePair(0, in: folder)
    for name in ["\(folder)/20240230_20240314/x", "\(folder)/20241301_20240314/20241301_20240314.geo.diff_pha.tif"]
    {
      try fixture.write(Data("x".utf8), to: name)
    }
    let report = try fixture.ingest("106A_09048_000909")
    #expect(report.added == 1)
    #expect(
      report.rejected.map(\.file) == [
        fixture.path("\(folder)/20240230_20240314"), fixture.path("\(folder)/20241301_20240314"),
      ])
    #expect(report.rejected.first?.reason.contains("there is no day 20240230") == true)
  }

  @Test func aMistypedVolcanoIsAnsweredWithThoseThatMayBeMeant() throws {
    try fixture.writePair(0, in: folder)
    let catalogue = VolcanoCatalogue(
      text:
        "Volcano Number,Volcano Name,Latitude,Longitude\n353050,\"Negra, Sierra\",-0.83,-91.17\n211060,Etna,37.7,15\n"
    )
    for (name, words) in [
      ("Negra", "“Negra, Sierra” (353050)"), ("siera negra", "“Negra, Sierra”"), ("Enta", "“Etna” (211060)"),
    ] {
      let error = #expect(throws: IngestError.self) {
        try fixture.ingest("106A_09048_000909", catalogue: catalogue, set: { $0.volcanoes = [name] })
      }
      #expect(error?.description.contains("did you mean \(words)") == true)
    }
    let error = #expect(throws: IngestError.self) {
      try fixture.ingest("106A_09048_000909", catalogue: catalogue, set: { $0.volcanoes = ["Popocatépetl"] })
    }
    #expect(error == .unknownVolcano("Popocatépetl", suggestions: []))
  }

  @Test func rejectedInterferogramsAreListedInTheArchiveUntilTheyAreTaken() throws {
    for index in 0..<3 { try fixture.writePair(index, in: folder) }
    try fixture.writePair(1, in: folder) { Float($0) }
    _ = try fixture.ingest("106A_09048_000909")
    let archive = fixture.path("archive")
    let pair = try ProductsFixture.pair(1)
    let rows = RejectionList.rows(for: "sierra_negra_106A_09048_000909_\(pair)", inArchive: archive)
    #expect(rows.count == 1)
    #expect(rows.first?.reason.contains("is not wrapped phase") == true)
    #expect(rows.first?.frame == "106A_09048_000909")
    #expect(RejectionList.rows(for: "\(pair)", inArchive: archive) == rows)
    #expect(RejectionList.rows(for: "sierra_negra_128D_09016_110500_\(pair)", inArchive: archive).isEmpty)
    // Another input leaves the row; the mended file takes it away.
    try fixture.writePair(5, in: "128D_09016_110500/interferograms")
    _ = try fixture.ingest("128D_09016_110500")
    #expect(RejectionList.rows(inArchive: archive) == rows)
    try fixture.writePair(1, in: folder)
    _ = try fixture.ingest("106A_09048_000909")
    #expect(!FileManager.default.fileExists(atPath: "\(archive)/rejected.csv"))
  }
}
