import Foundation
import Interferometry
import RasterIO

/// A stack of invented interferograms in a folder that goes with it.
final class BenchArchive {
  let folder: URL
  let stack: String
  let pairs: [DatePair]
  static let grid = Grid(height: 500, width: 500)

  init(interferograms count: Int) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "rescore-bench-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let header = StackHeader(
      volcano: Volcano(number: nil, name: "Bench", latitudeDegrees: 0, longitudeDegrees: 0),
      frame: "001A_00000_000000",
      grid: Self.grid, geoTransform: GeoTransform(west: 0, north: 0.5, longitudeStep: 0.001, latitudeStep: -0.001))
    stack = header.fileName
    pairs = (0..<count).compactMap { index in
      guard let first = AcquisitionDate(daysSince1970: 18_000 + 6 * index),
        let second = AcquisitionDate(daysSince1970: 18_012 + 6 * index)
      else { return nil }
      return DatePair(primary: first, secondary: second)
    }
    let appender = try StackAppender(archive: folder, header: header)
    for (index, pair) in pairs.enumerated() {
      let phase = Self.phase(seed: index)
      try phase.withUnsafeBufferPointer {
        try appender.append(pair, perpendicularBaseline: 10, phase: $0, coherence: nil)
      }
    }
    try appender.publish()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Fringes over smooth waves: patches that the gate keeps.
  private static func phase(seed: Int) -> [Float] {
    let (row0, column0) = (200.0 + Double(seed % 17) * 6, 220.0 + Double(seed % 11) * 7)
    return (0..<grid.count).map { pixel in
      let (row, column) = (Double(pixel / grid.width), Double(pixel % grid.width))
      if row + column < 60 { return .nan }
      let distance = hypot(row - row0, column - column0) / 90
      let value = 30 * pow(1 + distance * distance, -1.5) + sin(row / 29 + Double(seed)) + column * 0.06
      return Float(atan2(sin(value), cos(value)))
    }
  }
}
