import FileReasons
import Foundation

/// A system call on a file failed.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Path of the file.
  public let file: String
  /// What was tried, as a past participle: "written", "renamed".
  public let action: String
  /// The `errno` of the call.
  public let code: Int32

  /// An error with the calling thread's `errno`.
  public init(_ action: String, _ file: String, code: Int32 = errno) {
    self.file = file
    self.action = action
    self.code = code
  }

  public var description: String {
    "\(file): cannot be \(action): \(SystemReason.reason(code: code))"
  }
}
