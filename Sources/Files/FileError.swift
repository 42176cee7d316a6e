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
    let reason =
      [ENOSPC, EDQUOT].contains(code)
      ? "the disk is full; make space on it and run the same command again" : String(cString: strerror(code))
    return "\(file): cannot be \(action): \(reason)"
  }
}
