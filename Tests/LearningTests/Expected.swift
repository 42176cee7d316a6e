import Foundation

/// Values that scripts in the folder of the same name have computed in other ways.
enum Expected {
  static func read<Value: Decodable>(_ name: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(contentsOf: file(name)))
  }

  static func file(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expected/\(name)")
  }
}

/// Real data that lie beside the project, and are not part of it.
enum RealData {
  /// A file or folder of them; says so in a line and is `nil` where it is not there.
  static func path(_ name: String) -> String? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data =
      ProcessInfo.processInfo.environment["VOLCSWEEP_DATA"].map { URL(filePath: $0, directoryHint: .isDirectory) }
      ?? root.deletingLastPathComponent().appending(path: "shared/data")
    let file = data.appending(path: name)
    guard FileManager.default.fileExists(atPath: file.path) else {
      print("skipped: no \(name) in VOLCSWEEP_DATA or ../shared/data")
      return nil
    }
    return file.path
  }
}

/// A folder that lasts for one test.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(
    path: "learning-\(UUID().uuidString)", directoryHint: .isDirectory)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
