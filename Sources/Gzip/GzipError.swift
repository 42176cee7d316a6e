/// Why a file, plain or gzip, cannot be read completely.
public struct GzipError: Error, Hashable, CustomStringConvertible {
  /// The kind of failure.
  public enum Problem: Hashable, Sendable {
    /// The operating system refused; with its text.
    case unreadable(String)
    /// The file ends before its compressed data do.
    case truncated
    /// The compressed data are damaged; with zlib's text.
    case damaged(String)
    /// The content exceeds the limit.
    case tooLong(limitBytes: Int)
  }

  /// Path of the file.
  public let path: String
  /// What failed.
  public let problem: Problem

  public var description: String {
    switch problem {
    case .unreadable(let reason): "\(path): cannot be read: \(reason)"
    case .truncated: "\(path): its gzip data are truncated; download the file again"
    case .damaged(let reason): "\(path): damaged gzip data (\(reason)); download the file again"
    case .tooLong(let limit): "\(path): is longer than the limit of \(limit) bytes after decompression"
    }
  }
}
