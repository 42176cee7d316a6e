import CProcess
import Foundation

/// A file for decoders that take a path: in memory, or on disk for libraries that insist on a real path.
final class InputFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// A file in memory.
  init() throws {
    descriptor = volcsweep_memory_file("input")
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
    path = "/proc/self/fd/\(descriptor)"
  }

  /// A file on disk; whoever waits for the process removes it.
  init(onDiskFor process: Int32) throws {
    path = Self.pathOnDisk(of: process)
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  deinit {
    close(descriptor)
    unlink(Self.pathOnDisk(of: getpid()))
  }

  static func pathOnDisk(of process: Int32) -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("volcsweep-fuzz-\(process).h5").path
  }

  /// The file's path, once it holds `bytes`.
  func path(holding bytes: [UInt8]) throws -> String {
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
      throw CocoaError(.fileWriteUnknown)
    }
    return path
  }
}
