import CGDAL
import Foundation
import Interferometry
import Testing

@testable import RasterIO

/// What changes the meaning of a GeoTIFF's numbers is applied or refused.
@Suite struct RasterMeaningTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private let radians: [Double] = [0.5, -3, 3, 1, 2, -2, 0.25, -0.25, 1.5, -1.5, 2.5, -2.5]

  private func file(_ raster: ForeignRaster, _ values: [Double]) throws -> String {
    let path = folder.path("\(UUID().uuidString).tif")
    try raster.write(path, values)
    return path
  }

  private func phase(_ raster: ForeignRaster, _ values: [Double]) throws -> [Float] {
    let reader = try GeoTIFFReader(path: try file(raster, values))
    var pixels = [Float](repeating: 9, count: reader.grid.count)
    try pixels.withUnsafeMutableBufferPointer { try WrappedPhase.read(reader, into: $0) }
    return pixels
  }

  private func coherence(_ raster: ForeignRaster, _ values: [Double]) throws -> [Float] {
    let reader = try GeoTIFFReader(path: try file(raster, values))
    var pixels = [Float](repeating: 9, count: reader.grid.count)
    try pixels.withUnsafeMutableBufferPointer { try CoherenceRaster.read(reader, into: $0) }
    return pixels
  }

  private func isNear(_ one: [Float], _ other: [Double]) -> Bool {
    zip(one, other).allSatisfy { abs(Double($0) - $1) < 1e-4 || ($0.isNaN && $1.isNaN) }
  }

  @Test(arguments: [
    (GDT_Float32, 2.0, 0.0), (GDT_Float32, 0.5, 0.125), (GDT_Float64, -1.0, 0.0), (GDT_Int16, 1e-4, 0.0),
    (GDT_UInt16, 1e-4, -3.2), (GDT_Int32, 1e-8, 0.0), (GDT_UInt32, 1e-8, -3.3), (GDT_Byte, 0.025, -3.2),
  ])
  func scaleAndOffsetAreAppliedToPhaseOfEveryType(_ type: GDALDataType, _ scale: Double, _ offset: Double) throws {
    let raster = ForeignRaster(type: type, scale: scale, offset: offset)
    let stored = radians.map { ($0 - offset) / scale }.map {
      type == GDT_Float32 || type == GDT_Float64 ? $0 : $0.rounded()
    }
    let values = try phase(raster, stored)
    #expect(isNear(values, stored.map { $0 * scale + offset }), "\(values)")
  }

  @Test func scaledCoherenceIsNotDividedBy255() throws {
    let bytes = ForeignRaster(type: GDT_Byte, scale: 0.01, offset: 0)
    let values = try coherence(bytes, [80, 79, 0, 100, 80, 79, 80, 80, 80, 80, 80, 80])
    #expect(isNear(values, [0.8, 0.79, .nan, 1] + [0.8, 0.79] + [Double](repeating: 0.8, count: 6)))
    let percent = ForeignRaster(unit: "%")
    #expect(isNear(try coherence(percent, (1...12).map { Double($0) * 8 }), (1...12).map { Double($0) * 0.08 }))
  }

  @Test func noDataIsComparedBeforeTheScaleAndZeroOfIntegersWithATagIsAValue() throws {
    let raster = ForeignRaster(type: GDT_Int16, scale: 1e-3, offset: 0, noData: -32_768)
    let values = try phase(raster, [-32_768, 0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
    #expect(values[0].isNaN)
    #expect(values[1] == 0)
    #expect(abs(values[2] - 0.1) < 1e-6)
  }

  @Test func unitsOfAnglesAreAppliedAndOthersRefused() throws {
    let degrees = try phase(ForeignRaster(unit: "degrees"), radians.map { $0 * 180 / .pi })
    #expect(isNear(degrees, radians))
    #expect(isNear(try phase(ForeignRaster(unit: "Radians"), radians), radians))
    for unit in ["metre", "mm", "m/yr", "furlongs"] {
      let error = #expect(throws: RasterError.self) { try phase(ForeignRaster(unit: unit), radians) }
      #expect(error?.description.contains("“\(unit)”, expected radians or degrees") == true)
    }
    #expect(throws: RasterError.self) { try coherence(ForeignRaster(unit: "dB"), radians.map { abs($0) / 4 }) }
  }

  @Test(arguments: ["scale_factor", "SCALE", "Scale_Factor"]) func metadataItemsCountAsTags(_ name: String) throws {
    var raster = ForeignRaster()
    raster.bandItems = [(name, "0.5")]
    #expect(isNear(try phase(raster, radians.map { $0 * 2 }), radians))
    raster.bandItems = []
    raster.items = [(name, "0.5"), ("add_offset", "0.125"), ("_FillValue", "-99"), ("units", "radian")]
    let values = try phase(raster, [-99] + radians.dropFirst().map { ($0 - 0.125) * 2 })
    #expect(isNear(values, [.nan] + radians.dropFirst()))
    raster.items = [(name, "half")]
    #expect(throws: RasterError.self) { try phase(raster, radians) }
    raster.items = [("valid_range", "-1, 1")]
    #expect(throws: RasterError.self) { try phase(raster, radians) }
  }

  @Test func aStoredZeroIsNoDataWhateverItsOffsetAndSoIsAValueOfZero() throws {
    let raster = ForeignRaster(offset: -3)
    let values = try phase(raster, [0, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5])
    #expect(values[0].isNaN && values[3].isNaN && values[2] == -1 && values[6] == 3)
    let coherent = ForeignRaster(type: GDT_Byte, scale: 0.01, noData: 255)
    let coherence = try coherence(coherent, [0, 10, 255, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    #expect(coherence[0] == 0 && coherence[2].isNaN && abs(coherence[3] - 0.2) < 1e-6)
  }

  @Test func masksAndAlphaBandsMakePixelsNoData() throws {
    var visible = [UInt8](repeating: 255, count: 12)
    visible[1] = 0
    visible[7] = 0
    for raster in [
      ForeignRaster(mask: visible), ForeignRaster(type: GDT_Byte, scale: 0.01, offset: -1, mask: visible),
      ForeignRaster(type: GDT_Byte, scale: 0.01, offset: -1, alpha: visible), ForeignRaster(alpha: visible),
      ForeignRaster(type: GDT_Byte, scale: 0.01, offset: -1, noData: 255, alpha: visible),
      ForeignRaster(type: GDT_Float64, mask: visible),
    ] {
      let stored = (0..<12).map { (pixel: Int) -> Double in
        raster.scale == nil ? Double(pixel) / 5 - 1.1 : Double(pixel * 20 + 1)
      }
      let values = try phase(raster, stored)
      #expect(values.indices.filter { values[$0].isNaN } == [1, 7], "\(raster)")
    }
  }

  @Test func whatIsNotUnderstoodIsRefusedWithTheWayOut() throws {
    let cases: [(ForeignRaster, String)] = [
      (ForeignRaster(type: GDT_Int16), "without a scale"), (ForeignRaster(type: GDT_CFloat32), "complex numbers"),
      (ForeignRaster(type: GDT_Byte, hasColourTable: true), "colour table"),
      (ForeignRaster(type: GDT_Byte, options: ["PHOTOMETRIC=MINISWHITE"]), "MinIsWhite"),
      (ForeignRaster(type: GDT_Byte, options: ["NBITS=4"]), "4 bits"),
      (ForeignRaster(type: GDT_Byte, options: ["PIXELTYPE=SIGNEDBYTE"]), "Int8 without a scale"),
      (ForeignRaster(bands: 2), "2 bands"),
      (ForeignRaster(terms: [-91, 0.001, 1e-4, 0, 1e-4, -0.001]), "north up"),
      (ForeignRaster(terms: [-91, 0.001, 0, 0, 0, 0.001]), "north up"),
      (ForeignRaster(terms: [-91, 0.001, 0, 95, 0, -0.001]), "is not georeferenced"),
      (
        ForeignRaster(terms: [700_000, 100, 0, 9_900_000, 0, -100], system: "EPSG:32715"),
        "gdalwarp -t_srs EPSG:4326"
      ),
      (ForeignRaster(system: "EPSG:4267"), "NAD27"), (ForeignRaster(system: "EPSG:4807"), "Paris"),
      (ForeignRaster(system: "+proj=longlat +ellps=WGS84 +pm=paris"), "expected degrees on WGS 84"),
      (ForeignRaster(system: "+proj=longlat +R=6378137"), "expected degrees on WGS 84"),
    ]
    for (raster, words) in cases {
      let error = #expect(throws: RasterError.self, "\(words)") {
        try phase(raster, (1...12).map { Double($0 % 4 + 1) / 2 })
      }
      #expect(error?.description.contains(words) == true, "\(error.map { "\($0)" } ?? "taken"), expected \(words)")
    }
  }

  @Test func relativesOfWGS84AreTaken() throws {
    for system in ["EPSG:4269", "EPSG:4258", "EPSG:9000"] {
      #expect(isNear(try phase(ForeignRaster(system: system), radians), radians))
    }
  }

  @Test func sidecarsThatSayMoreThanStatisticsAreRefused() throws {
    let path = try file(ForeignRaster(), radians)
    let sidecar = URL(fileURLWithPath: path + ".aux.xml")
    try Data("<PAMDataset><PAMRasterBand band=\"1\"><Metadata/></PAMRasterBand></PAMDataset>".utf8).write(
      to: sidecar)
    _ = try GeoTIFFReader(path: path)
    try Data("<PAMDataset><PAMRasterBand band=\"1\"><Scale>0.5</Scale></PAMRasterBand></PAMDataset>".utf8)
      .write(to: sidecar)
    #expect(throws: RasterError.self) { try GeoTIFFReader(path: path) }
    for part in [
      "<Metadata><MDI key=\"Scale_Factor\">0.01</MDI></Metadata>",
      "<metadata><mdi key='units'>degrees</mdi></metadata>",
      "<ColorInterp>Alpha</ColorInterp>",
    ] {
      try Data("<PAMDataset><PAMRasterBand band=\"1\">\(part)</PAMRasterBand></PAMDataset>".utf8).write(to: sidecar)
      #expect(throws: RasterError.self, "\(part)") { try GeoTIFFReader(path: path) }
    }
    try Data("<PAMDataset><Metadata><MDI key=\"AREA_OR_POINT\">Point</MDI></Metadata></PAMDataset>".utf8)
      .write(to: sidecar)
    #expect(throws: RasterError.self) { try GeoTIFFReader(path: path) }
    try FileManager.default.removeItem(at: sidecar)
    try Data([1]).write(to: URL(fileURLWithPath: path + ".msk"))
    #expect(throws: RasterError.self) { try GeoTIFFReader(path: path) }
  }

  @Test func infiniteValuesAreNoPhase() throws {
    #expect(throws: RasterError.self) { try phase(ForeignRaster(), [.infinity] + radians.dropFirst()) }
    #expect(throws: RasterError.self) { try coherence(ForeignRaster(), [-.infinity] + radians.dropFirst()) }
  }

  @Test func aRasterOnAnotherTurnOfTheGlobeIsTheSame() throws {
    let here = try GeoTIFFReader(path: try file(ForeignRaster(terms: [-91.3, 0.001, 0, 0.5, 0, -0.001]), radians))
    let turned = try GeoTIFFReader(
      path: try file(ForeignRaster(terms: [268.7, 0.001, 0, 0.5, 0, -0.001]), radians))
    #expect(here.geoTransform == turned.geoTransform)
  }

  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
    ("\n <!DOCTYPE html><html></html>", "HTML page"), ("<?xml version=\"1.0\"?><Error/>", "XML document"),
    ("{\"message\": \"denied\"}", "JSON"), ("\u{1F}\u{8B}", ""), ("PK\u{3}\u{4}", "ZIP archive"),
    ("CDF\u{1}", "NetCDF"),
  ])
  func whatIsNoRasterIsNamed(_ content: String, _ words: String) throws {
    let path = folder.path("download.tif")
    try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: RasterError.self) { try GeoTIFFReader(path: path) }
    #expect(words.isEmpty || error?.description.contains(words) == true)
    let stack = #expect(throws: StackError.self) { try InterferogramStackReader(path: path) }
    #expect(words.isEmpty || stack?.description.contains(words) == true)
  }
}
