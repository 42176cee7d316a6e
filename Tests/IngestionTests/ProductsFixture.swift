import Foundation
import Interferometry
import RasterIO
import Testing

@testable import Ingestion

/// A folder of one test, removed with it, and the LiCSAR products that the test writes there.
final class ProductsFixture {
  let url: URL
  /// Around Sierra Negra, small: 60 × 80 pixels of 0.001°.
  static let grid = Grid(height: 60, width: 80)
  static let place = GeoTransform(west: -91.21, north: -0.80, longitudeStep: 0.001, latitudeStep: -0.001)
  static let frame = "106A_09048_000909"
  static let catalogue = VolcanoCatalogue(text: "name,lat,lon\n\"Negra, Sierra\",-0.83,-91.17\nFar Away,40,20\n")

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("volcsweep-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// The pair that starts `index` days after 2024-01-01 and spans 12 days.
  static func pair(_ index: Int) throws -> DatePair {
    let first = try #require(AcquisitionDate(daysSince1970: 19_723 + index))
    return DatePair(primary: first, secondary: try #require(AcquisitionDate(daysSince1970: 19_735 + index)))
  }

  /// A phase that differs in every pixel and from pair to pair, within ±3 and without zeros.
  static func phase(_ index: Int, _ pixel: Int) -> Float {
    Float((pixel * 7 + index * 13) % 5999 + 1) / 1000 - 3.0005
  }

  func write(_ data: Data, to name: String) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// Writes a raster below the fixture's folder.
  func write(
    _ pixels: GeoTIFFWriter.Pixels, to name: String, grid: Grid = grid, place: GeoTransform = place,
    crs: Bool = true
  ) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try GeoTIFFWriter.write(
      file.path, pixels: pixels, grid: grid, geoTransform: place, hasCoordinateSystem: crs)
  }

  /// Writes `<folder>/<pair>/<pair>.geo.diff_pha.tif` and, unless told otherwise, `.geo.cc.tif`.
  func writePair(
    _ index: Int, in folder: String, grid: Grid = grid, place: GeoTransform = place, coherence: Bool = true,
    phase: ((Int) -> Float)? = nil
  ) throws {
    let pair = try Self.pair(index)
    let values = (0..<grid.count).map { phase?($0) ?? Self.phase(index, $0) }
    try write(.float32(values), to: "\(folder)/\(pair)/\(pair).geo.diff_pha.tif", grid: grid, place: place)
    guard coherence else { return }
    let bytes = (0..<grid.count).map { UInt8(($0 + index) % 255 + 1) }
    try write(.byte(bytes), to: "\(folder)/\(pair)/\(pair).geo.cc.tif", grid: grid, place: place)
  }

  /// Ingests folders of the fixture into its `archive`.
  func ingest(
    _ inputs: String..., catalogue: VolcanoCatalogue = catalogue, set: (inout IngestOptions) -> Void = { _ in },
    isStopped: @escaping () -> Bool = { false }
  ) throws -> IngestReport {
    var options = IngestOptions(
      inputs: inputs.map(path), archive: url.appendingPathComponent("archive"), catalogue: catalogue)
    set(&options)
    var ingest = Ingest(options, isStopped: isStopped)
    return try ingest.run()
  }

  /// Opens a stack of the fixture's archive.
  func stack(_ key: String = "sierra_negra") throws -> InterferogramStackReader {
    try InterferogramStackReader(path: path("archive/\(key)_\(Self.frame).h5"))
  }
}
