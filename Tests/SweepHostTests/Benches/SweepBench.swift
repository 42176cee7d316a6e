import Foundation
import Interferometry
import RasterIO
import Testing

/// An archive of small invented stacks and the real program that sweeps it.
final class SweepBench {
  static let executable = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../.build/debug/volcsweep").standardized

  let folder: URL
  var archive: URL { folder.appending(path: "archive") }

  /// An archive of so many volcanoes with so many interferograms each.
  init(stacks: Int, pairs: Int) throws {
    folder = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "sweep-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "archive"), withIntermediateDirectories: true)
    for stack in 0..<stacks { try append(to: stack, pairs: 0..<pairs) }
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  static func pair(_ index: Int) throws -> DatePair {
    DatePair(
      primary: try #require(AcquisitionDate(daysSince1970: 18_000 + 6 * index)),
      secondary: try #require(AcquisitionDate(daysSince1970: 18_012 + 6 * index)))
  }

  func header(_ stack: Int) -> StackHeader {
    StackHeader(
      volcano: Volcano(number: nil, name: "Test \(stack)", latitudeDegrees: 0, longitudeDegrees: Double(stack)),
      frame: "00\(stack % 8 + 1)A_0000\(stack % 10)_000000", grid: Grid(height: 230, width: 240),
      geoTransform: GeoTransform(
        west: Double(stack) - 0.12, north: 0.115, longitudeStep: 0.001, latitudeStep: -0.001))
  }

  func append(to stack: Int, pairs: Range<Int>) throws {
    let appender = try StackAppender(archive: archive, header: header(stack))
    for index in pairs {
      let phase = Self.phase(seed: stack * 1000 + index)
      try phase.withUnsafeBufferPointer {
        try appender.append(try Self.pair(index), perpendicularBaseline: 10, phase: $0, coherence: nil)
      }
    }
    try appender.publish()
  }

  /// Rings of a strength and place that depend on the seed.
  static func phase(seed: Int) -> [Float] {
    let (height, width) = (230, 240)
    let (row0, column0) = (90.0 + Double(seed % 37), 100.0 + Double(seed % 29))
    let fringes = Double(seed % 6)
    return (0..<height * width).map { pixel in
      let (row, column) = (Double(pixel / width), Double(pixel % width))
      if row + column < 30 { return .nan }
      let distance = hypot(row - row0, column - column0) / 55
      let value =
        fringes * 2 * Double.pi * pow(1 + distance * distance, -1.5) + sin(row / 31 + Double(seed)) + 0.01 * column
      return Float(atan2(sin(value), cos(value)))
    }
  }

  func job(_ run: String, _ further: String = "") throws -> URL {
    let file = folder.appending(path: "\(run).yaml")
    try Data("archive: archive\nrun: \(run)\n\(further)".utf8).write(to: file)
    return file
  }

  /// All its sweeps compute by one plan, whatever others try at the same time.
  var environment: [String: String] {
    ProcessInfo.processInfo.environment
      .merging(["XDG_CACHE_HOME": folder.appending(path: "cache").path]) { $1 }.merging(furtherEnvironment) { $1 }
  }
  var furtherEnvironment: [String: String] = [:]

  /// From now on its programs find no oneDNN, as on a machine where it is not installed: a file that is no library stands
  /// in front of it.
  func hideOneDNN() throws {
    let hidden = folder.appending(path: "hidden")
    try FileManager.default.createDirectory(at: hidden, withIntermediateDirectories: true)
    try Data().write(to: hidden.appending(path: "libdnnl.so.2"))
    furtherEnvironment["LD_LIBRARY_PATH"] = hidden.path
  }

  /// `mask` is the process's for files that it makes; it has this one's where there is none.
  func start(_ arguments: [String], mask: String? = nil) throws -> Process {
    let process = Process()
    process.executableURL = mask == nil ? Self.executable : URL(filePath: "/bin/sh")
    process.arguments =
      mask.map { ["-c", #"umask "$0"; exec "$@""#, $0, Self.executable.path] + arguments } ?? arguments
    process.environment = environment
    process.standardOutput = try FileHandle(forWritingTo: emptyFile("out"))
    process.standardError = try FileHandle(forWritingTo: emptyFile("err"))
    try process.run()
    return process
  }

  /// Runs to the end.
  ///
  /// - Returns: the exit status with what was said on standard output and error.
  func run(_ arguments: [String], mask: String? = nil) throws -> (status: Int32, output: String, errors: String) {
    let process = try start(arguments, mask: mask)
    process.waitUntilExit()
    return (process.terminationStatus, try text("out"), try text("err"))
  }

  private func emptyFile(_ name: String) throws -> URL {
    let file = folder.appending(path: name)
    try Data().write(to: file)
    return file
  }

  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
  }

  /// Every result file of a run with its bytes.
  func results(_ run: String) throws -> [String: Data] {
    let results = folder.appending(path: "\(run)/results")
    let names = try FileManager.default.subpathsOfDirectory(atPath: results.path)
    return try names.reduce(into: [:]) { files, name in
      let file = results.appending(path: name)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue else {
        return
      }
      files[name] = try Data(contentsOf: file)
    }
  }

  /// The process numbers of a coordinator's workers.
  static func workers(of coordinator: Int32) -> [Int32] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(coordinator)/task")) ?? []
    return tasks.flatMap { task in
      let path = "/proc/\(coordinator)/task/\(task)/children"
      return ((try? String(contentsOfFile: path, encoding: .ascii)) ?? "").split(separator: " ").compactMap {
        Int32($0)
      }
    }.filter { isWorker($0) }
  }

  /// Whether the process is a worker: a coordinator also has one that reads headers.
  private static func isWorker(_ pid: Int32) -> Bool {
    let words = (FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()).split(separator: 0)
    return words.count > 1 && words[words.startIndex + 1].elementsEqual("worker".utf8)
  }
}
