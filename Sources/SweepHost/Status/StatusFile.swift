import Coordination
import Files
import Foundation

/// `status.json` in the run folder: replaced atomically about once a second while a coordinator runs; the final
/// status stays when it ends.
public enum StatusFile {
  /// The file is malformed.
  public struct Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path and what is wrong.
    public let description: String
  }

  private static let maximumBytes = 64 << 20

  static func url(in run: URL) -> URL { run.appending(path: "status.json") }

  /// Reads the status of the run's last coordinator.
  ///
  /// - Parameter run: the run folder.
  /// - Returns: `nil` if no coordinator has written one.
  /// - Throws: ``Unreadable`` for a malformed file.
  public static func read(run: URL) throws(Unreadable) -> SweepStatus? {
    let file = url(in: run)
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    guard let bytes = try? handle.read(upToCount: maximumBytes), let status = try? document(bytes) else {
      throw Unreadable(description: "\(file.path) makes no sense; a running sweep writes it anew each second")
    }
    guard status.version == SweepStatus.currentVersion else {
      throw Unreadable(
        description:
          "\(file.path) is of version \(status.version), this volcsweep knows \(SweepStatus.currentVersion)")
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
