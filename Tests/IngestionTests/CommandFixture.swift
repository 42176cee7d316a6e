import Foundation
import RasterIO
import Testing

/// The program under test, beside the test bundle.
let programPath: String? = {
  let arguments = CommandLine.arguments
  let bundle = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  return [
    URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("volcsweep").path,
    root.appendingPathComponent(".build/debug/volcsweep").path,
  ].first { FileManager.default.isExecutableFile(atPath: $0) }
}()

/// A running program with its output in files.
final class RunningProgram {
  let process = Process()
  private let output: URL

  init(_ path: String, _ arguments: [String], environment: [String: String] = [:], output: URL) throws {
    self.output = output
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// Waits for the end.
  func end() throws -> (status: Int32, output: String) {
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: output), as: UTF8.self))
  }
}

extension ProductsFixture {
  /// Starts `volcsweep ingest` on a folder of the fixture.
  func startIngest(_ input: String, _ options: String...) throws -> RunningProgram {
    try startIngest(input, options: options)
  }

  func startIngest(
    _ input: String, options: [String], catalogue: String = "volcanoes.csv",
    environment: [String: String] = [:]
  ) throws -> RunningProgram {
    try write(Data("Sierra Negra,-0.83,-91.17\n".utf8), to: "volcanoes.csv")
    return try RunningProgram(
      try #require(programPath, "the program is built beside the tests"),
      ["ingest", path(input), "--archive", path("archive"), "--catalogue", path(catalogue)] + options,
      environment: environment,
      output: url.appendingPathComponent("output-\(UUID().uuidString).txt"))
  }

  /// Runs it to its end.
  func runIngest(_ input: String) throws -> (status: Int32, output: String) {
    try startIngest(input).end()
  }
}
