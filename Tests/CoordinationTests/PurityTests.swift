import Foundation
import Testing

/// The coordinator's machine is a value: what it imports has no clock, socket, disk, thread or process.
@Suite struct PurityTests {
  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/Coordination").standardized

  private static let values: Set<String> = [
    "import Interferometry", "import Logging", "import Messaging", "import Names", "import Scheduling",
    "import SweepRecords", "import struct Foundation.Data", "import struct ProcessResources.ResourceShortage",
    "import struct Scheduling.Lease", "import var Glibc.SIGHUP", "import var Glibc.SIGINT",
    "import var Glibc.SIGKILL", "import var Glibc.SIGTERM",
  ]

  @Test func theMachineImportsValuesOnly() throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.sources.path).filter {
      $0.hasSuffix(".swift")
    }
    #expect(paths.count > 15)
    for path in paths {
      let text = try String(contentsOf: Self.sources.appending(path: path), encoding: .utf8)
      let imports = text.split(separator: "\n").filter {
        ($0.hasPrefix("import ") || $0.contains(" import ")) && !$0.contains("//")
      }
      let others = imports.filter { !Self.values.contains(String($0)) }
      #expect(others.isEmpty, "\(path)")
    }
  }
}
