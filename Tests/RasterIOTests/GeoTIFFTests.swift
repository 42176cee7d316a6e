import Foundation
import Interferometry
import Testing

@testable import RasterIO

@Suite struct GeoTIFFTests {
  let folder: ScratchFolder
  let grid = Grid(height: 3, width: 4)
  let place = GeoTransform(west: -91.42, north: -0.58, longitudeStep: 0.001, latitudeStep: -0.001)
  init() throws { folder = try ScratchFolder() }

  private func phase(_ path: String) throws -> [Float] {
    let reader = try GeoTIFFReader(path: path)
    var values = [Float](repeating: 9, count: reader.grid.count)
    try values.withUnsafeMutableBufferPointer { try WrappedPhase.read(reader, into: $0) }
    return values
  }

  private func coherence(_ path: String) throws -> [Float] {
    let reader = try GeoTIFFReader(path: path)
    var values = [Float](repeating: 9, count: reader.grid.count)
    try values.withUnsafeMutableBufferPointer { try CoherenceRaster.read(reader, into: $0) }
    return values
  }

  private func write(_ pixels: GeoTIFFWriter.Pixels, noData: Double? = nil, crs: Bool = true) throws -> String {
    let path = folder.path("\(UUID().uuidString).tif")
    try GeoTIFFWriter.write(
      path, pixels: pixels, grid: grid, geoTransform: place, noData: noData, hasCoordinateSystem: crs)
    return path
  }

  @Test func floatPhaseReadsInPlaceWithZeroNaNAndTheTagAsNoData() throws {
    let path = try write(.float32([0, .nan, -2, 1, 2, 3, -3, 0.5, 3.1415927, -3.1415927, 1, 1]), noData: -2)
    let reader = try GeoTIFFReader(path: path)
    #expect(reader.grid == grid)
    #expect(reader.geoTransform == place)
    let values = try phase(path)
    #expect(values[..<3].allSatisfy { $0.isNaN })
    #expect(values[3...] == [1, 2, 3, -3, 0.5, 3.1415927, -3.1415927, 1, 1])
  }

  @Test func bytePhaseSpansAFullTurn() throws {
    let values = try phase(try write(.byte([0, 1, 128, 255, 0, 1, 128, 255, 0, 1, 128, 255])))
    #expect(values[0].isNaN)
    #expect(values[1] == -Float(Double.pi))
    #expect(abs(values[2]) < 1e-6)
    #expect(values[3] == Float(Double.pi))
  }

  @Test func aRoundingBeyondPiIsClampedAndAnUnwrappedRasterRejected() throws {
    var values = [Float](repeating: 1, count: 12)
    values[3] = 3.1420
    let clamped = try phase(try write(.float32(values)))
    #expect(clamped[3] == Float(Double.pi))
    values[3] = -7.5
    let path = try write(.float32(values))
    #expect(throws: RasterError(file: path, reason: .notWrappedPhase(-7.5))) { try phase(path) }
  }

  @Test func coherenceIsByteOver255OrFloat() throws {
    let bytes = try coherence(try write(.byte([0, 51, 255, 0, 51, 255, 0, 51, 255, 0, 51, 255])))
    #expect(bytes[0].isNaN)
    #expect(bytes[1...2] == [0.2, 1])
    let floats = try coherence(try write(.float32([0, 0.25, 1, .nan, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])))
    #expect(floats[3].isNaN)
    #expect(floats[1...2] == [0.25, 1])
    let path = try write(.float32([0, 0.25, 120, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    #expect(throws: RasterError(file: path, reason: .notCoherence(120))) { try coherence(path) }
  }

  @Test func emptyAndConstantRastersAreRejectedByName() throws {
    let empty = try write(.float32([Float](repeating: 0, count: 12)))
    #expect(throws: RasterError(file: empty, reason: .empty)) { try phase(empty) }
    let constant = try write(.float32([0, 0] + [Float](repeating: 1.5, count: 10)))
    #expect(throws: RasterError(file: constant, reason: .constant(1.5))) { try phase(constant) }
  }

  @Test func missingZeroByteAndForeignFilesAreRejectedByName() throws {
    let none = folder.path("none.tif")
    #expect(throws: RasterError(file: none, reason: .notThere)) { try GeoTIFFReader(path: none) }
    #expect(throws: RasterError(file: folder.url.path, reason: .notThere)) {
      try GeoTIFFReader(path: folder.url.path)
    }
    let zero = folder.path("zero.tif")
    try Data().write(to: URL(fileURLWithPath: zero))
    #expect(throws: RasterError(file: zero, reason: .zeroBytes)) { try GeoTIFFReader(path: zero) }
    // A VRT would make GDAL open other files: only GeoTIFF is taken.
    let virtual = folder.path("virtual.tif")
    try Data("<VRTDataset rasterXSize=\"4\" rasterYSize=\"3\"></VRTDataset>".utf8)
      .write(to: URL(fileURLWithPath: virtual))
    let error = #expect(throws: RasterError.self) { try GeoTIFFReader(path: virtual) }
    #expect(error?.description.hasPrefix("\(virtual): is not a readable GeoTIFF") == true)
  }

  @Test(arguments: [30, 55, 80, 98]) func aTruncatedFileIsRejectedByName(_ percent: Int) throws {
    let path = folder.path("cut.tif")
    let large = Grid(height: 300, width: 200)
    let values = (0..<large.count).map { sin(Float($0) * 12.9898) * 3 }
    try GeoTIFFWriter.write(path, pixels: .float32(values), grid: large, geoTransform: place)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.prefix(whole.count * percent / 100).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: RasterError.self) { try phase(path) }
    #expect(error?.file == path)
  }

  @Test func aFileWithoutCoordinateSystemIsRejected() throws {
    let path = try write(.float32([Float](repeating: 1, count: 12)), crs: false)
    #expect(throws: RasterError(file: path, reason: .noCoordinateSystem)) { try GeoTIFFReader(path: path) }
  }

  @Test func mapsHaveNamedBandsAndTheSameBytes() throws {
    var contents: [Data] = []
    for name in ["a.tif", "b.tif"] {
      try GeoTIFFWriter.write(
        folder.path(name),
        bands: [
          .init(name: "maximum probability", values: (0..<12).map { Float($0) / 11 }),
          .init(name: "mean probability", values: [Float](repeating: .nan, count: 12)),
        ], grid: grid, geoTransform: place, metadata: ["VOLCANO": "Sierra Negra"])
      contents.append(try Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
      if contents.count == 1 { Thread.sleep(forTimeInterval: 1.1) }
    }
    #expect(contents[0] == contents[1])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["a.tif", "b.tif"])
    let info = try runProgram(["gdalinfo", folder.path("a.tif")])
    guard info.status != 127 else {
      return print("skipped: gdalinfo is not installed, its view of a map is not checked")
    }
    for words in [
      "Size is 4, 3", "Description = maximum probability", "NoData Value=nan", "EPSG\",4326",
      "VOLCANO=Sierra Negra",
      "Origin = (-91.4200000", "Pixel Size = (0.0010000",
    ] {
      #expect(info.output.contains(words), "\(words)")
    }
  }

  @Test func aFolderThatIsNotThereIsNamedByTheWriter() throws {
    let path = folder.path("none/map.tif")
    let error = #expect(throws: RasterError.self) {
      try GeoTIFFWriter.write(
        path, pixels: .byte([UInt8](repeating: 1, count: 12)), grid: grid, geoTransform: place)
    }
    #expect(error?.file == path)
  }
}
