import Foundation
import Interferometry
import RasterIO
import Testing

/// Thousands of small invented interferograms, so that a sweep is many units and little work.
struct ChaosArchive {
  static let grid = Grid(height: 40, width: 44)

  let folder: URL

  /// Writes an archive.
  ///
  /// - Parameters:
  ///   - folder: where to; made.
  ///   - volcanoes: how many stacks.
  ///   - pairs: interferograms of each.
  ///   - leavingOut: names as ``name(volcano:pair:)`` says them, of what is not written.
  /// - Throws: what writing a stack throws.
  init(
    _ folder: URL, volcanoes: Range<Int> = 0..<ChaosSettings.volcanoes, pairs: Int = ChaosSettings.pairs,
    leavingOut: Set<String> = []
  ) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for volcano in volcanoes { try write(volcano, pairs: pairs, leavingOut: leavingOut) }
  }

  /// An archive whose files are those of another. None of them may be changed in place.
  ///
  /// - Throws: what the file system says.
  init(_ folder: URL, sharingStacksOf other: ChaosArchive) throws {
    try self.init(folder, volcanoes: 0..<0)
    for name in try FileManager.default.contentsOfDirectory(atPath: other.folder.path) where name.hasSuffix(".h5") {
      try FileManager.default.linkItem(
        at: other.folder.appending(path: name), to: folder.appending(path: name))
    }
  }

  /// Writes one more stack, or one anew.
  func write(_ volcano: Int, pairs: Int, grid: Grid = Self.grid, leavingOut: Set<String> = []) throws {
    let header = Self.header(volcano, grid: grid)
    let appender = try StackAppender(archive: folder, header: header)
    for index in 0..<pairs where !leavingOut.contains(try Self.name(volcano: volcano, pair: index)) {
      let phase = Self.phase(seed: volcano * 10_000 + index, grid: grid)
      try phase.withUnsafeBufferPointer {
        try appender.append(try Self.pair(index), perpendicularBaseline: 10, phase: $0, coherence: nil)
      }
    }
    try appender.publish()
  }

  static func header(_ volcano: Int, grid: Grid = Self.grid) -> StackHeader {
    StackHeader(
      volcano: Volcano(
        number: nil, name: "Chaos \(volcano)", latitudeDegrees: 0, longitudeDegrees: Double(volcano)),
      frame: "00\(volcano % 8 + 1)A_0000\(volcano % 10)_000000", grid: grid,
      geoTransform: GeoTransform(
        west: Double(volcano) - 0.02, north: 0.02, longitudeStep: 0.001, latitudeStep: -0.001))
  }

  func file(_ volcano: Int) -> URL { folder.appending(path: Self.header(volcano).fileName) }

  static func pair(_ index: Int) throws -> DatePair {
    DatePair(
      primary: try #require(AcquisitionDate(daysSince1970: 15_000 + 6 * index)),
      secondary: try #require(AcquisitionDate(daysSince1970: 15_012 + 6 * index)))
  }

  /// An interferogram as `STACKFILE:YYYYMMDD_YYYYMMDD`.
  static func name(volcano: Int, pair: Int) throws -> String {
    "\(header(volcano).fileName):\(try Self.pair(pair))"
  }

  /// An interferogram as the lists call it.
  static func listed(volcano: Int, pair: Int) throws -> String {
    let header = header(volcano)
    return InterferogramID(volcano: header.volcanoKey, frame: header.frame, pair: try Self.pair(pair)).description
  }

  /// Rings of a strength and place that depend on the seed, and a corner without data.
  private static func phase(seed: Int, grid: Grid) -> [Float] {
    let fringes = Double(seed % 5)
    let (row0, column0) = (14 + Double(seed % 13), 15 + Double(seed % 17))
    return (0..<grid.height * grid.width).map { pixel in
      let (row, column) = (Double(pixel / grid.width), Double(pixel % grid.width))
      if row + column < 6 { return .nan }
      let distance = hypot(row - row0, column - column0) / 9
      let rings = fringes * 2 * Double.pi * pow(1 + distance * distance, -1.5)
      let value = rings + sin(row / 5 + Double(seed)) + 0.05 * column
      return Float(atan2(sin(value), cos(value)))
    }
  }
}
