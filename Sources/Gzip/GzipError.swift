/// Why a file, plain or gzip, cannot be read to its end.
public struct GzipError: Error, Hashable, CustomStringConvertible {
  public enum Problem: Hashable, Sendable {
    /// The operating system refuses; its own words.
    case unreadable(String)
    /// The file ends before its compressed data do.
    case truncated
    /// The compressed data are damaged; zlib's own words.
    case damaged(String)
    /// The content is longer than allowed.
    case tooLong(limitBytes: Int)
  }

  public let path: String
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
