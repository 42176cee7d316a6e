import FileReasons
import Foundation

/// Reads a whole file into memory, once.
enum FileBytes {
  /// - Throws: ``ModelError/Problem`` for a file that is not regular, is too large or changes while it is read.
  static func read(_ url: URL) throws -> [UInt8] {
    guard let stream = fopen(url.path, "rb") else {
      let code = errno
      let question = code == ENOENT ? FileAccess.suggestion(for: url.path) : ""
      throw ModelError.Problem.unreadable(reason: SystemReason.reason(code: code) + question)
    }
    defer { fclose(stream) }
    var status = stat()
    guard fstat(fileno(stream), &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ModelError.Problem.unreadable(reason: "it is not a regular file")
    }
    let count = Int(status.st_size)
    guard count <= ModelLimits.fileBytes else {
      throw ModelError.Problem.tooLarge(what: "its size in bytes", value: count, limit: ModelLimits.fileBytes)
    }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = buffer.baseAddress.map { fread($0, 1, count, stream) } ?? 0
    }
    guard bytes.count == count else {
      throw ModelError.Problem.unreadable(reason: "it ended after \(bytes.count) of \(count) bytes")
    }
    return bytes
  }
}
