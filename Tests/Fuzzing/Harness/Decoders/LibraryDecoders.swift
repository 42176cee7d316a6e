import Foundation
import Interferometry
import RasterIO

/// Files that libhdf5 and GDAL decode, damaged anywhere.
enum LibraryDecoders {
  static func hdf5() throws -> FuzzedDecoder {
    let file = try InputFile(onDiskFor: getpid())
    let stack = try StackTextDecoder.stack()
    return FuzzedDecoder(
      name: "hdf5-library", corpus: [stack], form: .ranges([0..<stack.count], words: [])
    ) { bytes in
      let reader = try InterferogramStackReader(path: try file.path(holding: bytes))
      for index in 0..<reader.count { _ = try reader.interferogram(at: index) }
    }
  }

  static func geoTIFF() throws -> FuzzedDecoder {
    let file = try InputFile(onDiskFor: getpid())
    let raster = try Self.raster()
    return FuzzedDecoder(
      name: "geotiff-library", corpus: [raster], form: .ranges([0..<raster.count], words: [])
    ) { bytes in
      let reader = try GeoTIFFReader(path: try file.path(holding: bytes))
      let pixels = UnsafeMutableBufferPointer<Float>.allocate(capacity: reader.grid.count)
      defer { pixels.deallocate() }
      try reader.read(into: pixels)
    }
  }

  private static func raster() throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString).tif").path
    defer { unlink(path) }
    try GeoTIFFWriter.write(
      path, pixels: .float32((0..<120).map { Float($0) / 100 }), grid: Grid(height: 12, width: 10),
      geoTransform: GeoTransform(west: -91, north: -1, longitudeStep: 0.001, latitudeStep: -0.001))
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
