import Foundation
import Interferometry
import RasterIO

/// The texts in a stack that this program reads itself: attributes and dates. The file around them stays sound, because
/// what libhdf5 makes of a damaged one is for another process to find out.
enum StackTextDecoder {
  static func stackTexts() throws -> FuzzedDecoder {
    let file = try InputFile(onDiskFor: getpid())
    let stack = try Self.stack()
    var ranges: [Range<Int>] = []
    for text in texts {
      let bytes = Array(text.utf8)
      var start = 0
      while start + bytes.count <= stack.count {
        if stack[start] == bytes[0], stack[start..<start + bytes.count].elementsEqual(bytes) {
          ranges.append(start..<start + bytes.count)
          start += bytes.count
        } else {
          start += 1
        }
      }
    }
    return FuzzedDecoder(
      name: "stack-texts", corpus: [stack],
      form: .ranges(
        ranges,
        words: [
          "nan", "inf", "1e309", "1e-320", "-1e-99", "0", "-1", "20001", "9999999999", "20240231", "2024", "é",
        ])
    ) { bytes in
      let reader = try InterferogramStackReader(path: try file.path(holding: bytes))
      let header = reader.header
      try TextDecoders.require((1...20_000).contains(header.grid.height), "\(header.grid.height) rows")
      let transform = header.geoTransform
      _ = (transform.row(atLatitude: 0), transform.column(atLongitude: 0))
      try TextDecoders.require(header.volcano.latitudeDegrees.isFinite, "a volcano nowhere")
      try TextDecoders.require(reader.pairs.count == 2, "\(reader.pairs.count) pairs")
      var pixels = [Float](repeating: 0, count: header.grid.count)
      try pixels.withUnsafeMutableBufferPointer { try reader.readPhase(at: 0, into: $0) }
    }
  }

  private static let texts = [
    "ifgramStack", "-91.2125", "-0.8125", "0.00125", "-0.00125", "-91.1775", "-0.8375", "0.05546576", "353050",
    "fuzzed_name", "Fuzzed Name", "106A_09048_000909", "DESCENDING", "20240106", "20240118", "-10.1574",
  ]

  /// A stack of two interferograms of 8 × 10 pixels.
  static func stack() throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let header = StackHeader(
      volcano: Volcano(number: 353_050, name: "Fuzzed Name", latitudeDegrees: -0.8375, longitudeDegrees: -91.1775),
      volcanoKey: "fuzzed_name", frame: "106A_09048_000909", grid: Grid(height: 8, width: 10),
      geoTransform: GeoTransform(west: -91.2125, north: -0.8125, longitudeStep: 0.00125, latitudeStep: -0.00125),
      orbitDirection: .descending, furtherAttributes: ["HEADING": "-10.1574"])
    let appender = try StackAppender(archive: folder, header: header)
    let pixels = [Float](repeating: 1, count: 80)
    for (first, second) in [("20240106", "20240118"), ("20240118", "20240130")] {
      guard let primary = AcquisitionDate(first), let secondary = AcquisitionDate(second) else { continue }
      try pixels.withUnsafeBufferPointer {
        try appender.append(
          DatePair(primary: primary, secondary: secondary), perpendicularBaseline: 1, phase: $0, coherence: $0)
      }
    }
    try appender.publish()
    return Array(try Data(contentsOf: folder.appendingPathComponent(header.fileName)))
  }
}
