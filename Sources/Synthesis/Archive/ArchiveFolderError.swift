import FileReasons
import Foundation

/// Why an archive cannot be written into a folder.
public struct ArchiveFolderError: Error, Hashable, CustomStringConvertible {
  public enum Problem: Hashable, Sendable {
    case isFile
    case notEmpty
    /// The operating system refuses: why, and what to do.
    case refused(String)
  }

  public let path: String
  public let problem: Problem

  public var description: String {
    switch problem {
    case .isFile: "\(path) is a file; use a folder that does not exist or is empty"
    case .notEmpty: "\(path) is not empty; use another folder, or pass --force to replace the archive in it"
    case .refused(let reason): "\(path) cannot be created or replaced: \(reason)"
    }
  }

  /// Does something to a file or folder, and puts its path and the system's reason into words where that fails.
  static func naming<Result>(_ url: URL, _ body: (URL) throws -> Result) throws(ArchiveFolderError) -> Result {
    do {
      return try body(url)
    } catch {
      throw ArchiveFolderError(path: url.path, problem: .refused(SystemReason.reason(error)))
    }
  }
}
