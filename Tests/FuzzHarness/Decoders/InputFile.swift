import CProcess
import Foundation

/// A file in memory for decoders that take a path.
final class InputFile: Sendable {
  private let descriptor: Int32

  init() throws {
    descriptor = volcsweep_memory_file("input")
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  deinit { close(descriptor) }

  /// The file's path, once it holds `bytes`.
  func path(holding bytes: [UInt8]) throws -> String {
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
      throw CocoaError(.fileWriteUnknown)
    }
    return "/proc/self/fd/\(descriptor)"
  }
}
