import FileReasons
import Foundation

/// Why an archive cannot be written to a folder.
public struct ArchiveFolderError: Error, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public enum Problem: Hashable, Sendable {
    /// There is a file in place of the folder.
    case isFile
    /// The folder is not empty and must not be replaced.
    case notEmpty
    /// The operating system refused; the text gives the reason and the remedy.
    case refused(String)
  }

  /// Path of the file or folder.
  public let path: String
  /// What failed.
  public let problem: Problem

  public var description: String {
    switch problem {
    case .isFile: "\(path) is a file; use a folder that does not exist or is empty"
    case .notEmpty: "\(path) is not empty; use another folder, or pass --force to replace the archive in it"
    case .refused(let reason): "\(path) cannot be created or replaced: \(reason)"
    }
  }

  /// Runs a file operation and turns its error into one that names the path and the system's reason.
  static func naming<Result>(_ url: URL, _ body: (URL) throws -> Result) throws(ArchiveFolderError) -> Result {
    do {
      return try body(url)
    } catch {
      throw ArchiveFolderError(path: url.path, problem: .refused(SystemReason.reason(error)))
    }
  }
}
