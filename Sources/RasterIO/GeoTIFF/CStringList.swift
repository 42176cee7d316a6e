import Foundation

extension [String] {
  /// Calls `body` with the texts as a null-terminated array of C strings.
  func withCStrings<Result>(
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> Result
  ) rethrows -> Result {
    var copies = map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return try copies.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("the list ends with a null") }
      return try body(start)
    }
  }
}
