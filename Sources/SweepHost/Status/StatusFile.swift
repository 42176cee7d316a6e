import Coordination
import Files
import Foundation

/// `status.json` in the run folder: replaced atomically about once a second while a coordinator runs; it keeps the
/// last status when the coordinator ends.
public enum StatusFile {
  /// Why the file cannot be used.
  public struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path and what is wrong.
    public let description: String
  }

  private static let maximumBytes = 64 << 20

  static func url(in run: URL) -> URL { run.appending(path: "status.json") }

  /// Reads the last status that a coordinator of the run wrote.
  ///
  /// - Parameter run: the run folder.
  /// - Returns: `nil` when no coordinator has written one yet.
  /// - Throws: ``Unreadable`` for a file that is malformed or of an unknown version.
  public static func read(run: URL) throws(Unreadable) -> SweepStatus? {
    let file = url(in: run)
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    guard let bytes = try? handle.read(upToCount: maximumBytes), let status = try? document(bytes) else {
      throw Unreadable(
        description: "\(file.path) is not a valid status file; a running sweep rewrites it every second")
    }
    guard (1...SweepStatus.currentVersion).contains(status.version) else {
      throw Unreadable(
        description:
          "\(file.path) is of version \(status.version), but this volcsweep reads versions 1 to "
          + "\(SweepStatus.currentVersion); use a newer volcsweep")
    }
    return status
  }

  /// The status as JSON with sorted keys.
  public static func text(_ status: SweepStatus) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try encoder.encode(status)
  }

  private static func document(_ bytes: Data) throws -> SweepStatus {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(SweepStatus.self, from: bytes)
  }

  static func write(_ status: SweepStatus, run: URL) throws {
    try AtomicFile.replace(url(in: run).path, with: text(status))
  }
}
