import Foundation
import Hashing
import Imaging
import Interferometry
import Messaging
import RasterIO
import Testing

@testable import Work

/// A folder with small invented stacks, the shipped model, and what a coordinator says of both.
final class WorkBench {
  static let model = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/volcsweep/DefaultModel/default-model.onnx").standardized
  /// One whose patches share their layers in front.
  static let sharingModel = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../NeuralNetworkTests/Expected/Trunks/small_sweep.onnx").standardized
  static let grid = Grid(height: 230, width: 240)

  let archive = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "work-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: archive, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: archive)
  }

  static func pair(_ index: Int) throws -> DatePair {
    DatePair(
      primary: try #require(AcquisitionDate(daysSince1970: 18_000 + 6 * index)),
      secondary: try #require(AcquisitionDate(daysSince1970: 18_012 + 6 * index)))
  }

  /// Makes a stack, in place of one that is there.
  ///
  /// - Returns: its file's name.
  @discardableResult func makeStack(_ name: String, pairs: Int, grid: Grid = grid) throws -> String {
    let header = StackHeader(
      volcano: Volcano(number: nil, name: name, latitudeDegrees: 0, longitudeDegrees: 0),
      frame: "001A_00001_000000",
      grid: grid,
      geoTransform: GeoTransform(west: -0.12, north: 0.115, longitudeStep: 0.001, latitudeStep: -0.001))
    try? FileManager.default.removeItem(at: archive.appending(path: header.fileName))
    let appender = try StackAppender(archive: archive, header: header)
    for index in 0..<pairs {
      let phase = (0..<grid.count).map { pixel in
        let (row, column) = (Float(pixel / grid.width), Float(pixel % grid.width))
        return (row * 0.07 + column * 0.05 + Float(index)).truncatingRemainder(dividingBy: 2 * .pi) - .pi
      }
      try phase.withUnsafeBufferPointer {
        try appender.append(try Self.pair(index), perpendicularBaseline: 0, phase: $0, coherence: nil)
      }
    }
    try appender.publish()
    return header.fileName
  }

  func terms(memoryLimitBytes: UInt64 = 0) throws -> SweepTerms {
    var welcome = Volcsweep_Welcome()
    welcome.archive = archive.path
    welcome.modelPath = Self.model.path
    let bytes = try Data(contentsOf: Self.model)
    welcome.modelSha256 = sha256Hex(of: bytes)
    welcome.profile = String(decoding: try JSONEncoder().encode(MethodProfile.jgr2018), as: UTF8.self)
    welcome.batchSize = 4
    welcome.heartbeatSeconds = 1
    welcome.memoryLimitBytes = memoryLimitBytes
    return try SweepTerms(welcome)
  }

  func assignment(_ stack: String, unit: UInt64 = 1, pairs: Range<Int>) throws -> Volcsweep_Assignment {
    var assignment = Volcsweep_Assignment()
    assignment.lease.unit = unit
    assignment.stack = stack
    assignment.height = UInt32(Self.grid.height)
    assignment.width = UInt32(Self.grid.width)
    assignment.interferograms = try pairs.map { index in
      var planned = Volcsweep_PlannedInterferogram()
      planned.number = UInt32(index + 1)
      planned.pair = try Self.pair(index).description
      return planned
    }
    return assignment
  }
}
