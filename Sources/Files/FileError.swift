import FileReasons
import Foundation

/// A call of the operating system that failed on a file.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  public let file: String
  /// What was tried: "written", "renamed".
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
