import Foundation
import Subprocess
import SystemPackage

/// One test of this bundle in a process of its own that is started with another environment: what reads it as it is
/// loaded takes no notice of a later change, and a change of this process's own would reach every test beside.
public enum AnotherProcess {
  private static let mark = "VOLCSWEEP_TEST_PART"

  /// Whether this is the process that ``run(_:filter:environment:)`` started for a part of a test: a condition for the
  /// test that is the part.
  public static func isFor(_ part: String) -> Bool { ProcessInfo.processInfo.environment[mark] == part }

  /// Runs the test that a filter selects.
  ///
  /// - Parameters:
  ///   - part: a name that the test's condition looks for.
  ///   - filter: a regular expression, as `swift test --filter` takes it.
  ///   - environment: what is set, or taken away, in addition to this process's environment.
  /// - Returns: the lines that it printed.
  /// - Throws: ``Failure``, and what keeps a process from being started.
  public static func run(_ part: String, filter: String, environment: [String: String?]) async throws -> [String] {
    var changes: [Environment.Key: String?] = [Environment.Key(stringLiteral: mark): part]
    for (name, value) in environment { changes[Environment.Key(stringLiteral: name)] = value }
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let result = try await Subprocess.run(
      .path(FilePath(bundle)), arguments: ["--testing-library", "swift-testing", "--filter", filter],
      environment: .inherit.updating(changes), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    guard result.terminationStatus.isSuccess else {
      throw Failure(part: part, output: result.standardOutput + result.standardError)
    }
    return result.standardOutput.split(separator: "\n").map(String.init)
  }

  /// The other process's test failed.
  public struct Failure: Error {
    public let part: String
    public let output: String
  }
}
