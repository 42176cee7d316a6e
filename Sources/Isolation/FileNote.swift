import CProcess
import ChildProcesses
import Foundation

/// A process's current activity, in memory that survives the process: an in-memory file that the parent owns
/// and the child writes. Use from one thread at a time.
public final class FileNote {
  /// The number of the descriptor by which a child knows the note.
  public static let childDescriptor = ChildProcess.passedDescriptor

  /// Activity of the process.
  public enum Doing: UInt8, Sendable {
    /// No file is in use.
    case nothing
    /// A file is being read; limited by the time allowed per file.
    case reading
    /// A file is being copied and appended to. This takes as long as its size and the disk require, but
    /// little CPU time.
    case writing
  }

  /// Content of a note.
  public struct Content: Hashable, Sendable {
    /// Number of activities started so far.
    public var steps: UInt64
    /// The activity.
    public var doing: Doing
    /// Path of the file; empty if none is in use.
    public var path: String
  }

  private static let pathLimit = 4096
  private static let headLength = 13

  /// The descriptor to pass to a child.
  public let descriptor: Int32
  private let isOwner: Bool
  private var steps: UInt64 = 0

  /// Creates an empty note.
  ///
  /// - Throws: `StartFailure` if the system has no room for it.
  public init() throws {
    descriptor = volcsweep_memory_file("file at hand")
    isOwner = true
    guard descriptor >= 0 else {
      throw StartFailure(
        description: "the name of the current file cannot be recorded: \(String(cString: strerror(errno)))",
        code: errno)
    }
  }

  /// The note of this process's parent.
  public init(ofParent: Void) {
    descriptor = Self.childDescriptor
    isOwner = false
  }

  deinit { if isOwner { close(descriptor) } }

  /// Records the current activity.
  public func write(_ doing: Doing, _ path: String = "") {
    steps += 1
    let text = Array(path.utf8.prefix(Self.pathLimit))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.headLength + text.count)
    withUnsafeBytes(of: steps.littleEndian) { bytes += $0 }
    bytes.append(doing.rawValue)
    withUnsafeBytes(of: UInt32(text.count).littleEndian) { bytes += $0 }
    bytes += text
    _ = pwrite(descriptor, bytes, bytes.count, 0)
  }

  /// Discards what an earlier child wrote.
  public func clear() { _ = ftruncate(descriptor, 0) }

  /// The current content of the note.
  public func read() -> Content {
    var bytes = [UInt8](repeating: 0, count: Self.headLength + Self.pathLimit)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count >= Self.headLength, let doing = Doing(rawValue: bytes[8]) else {
      return Content(steps: 0, doing: .nothing, path: "")
    }
    let steps = bytes[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let length = Int(bytes[9..<13].reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) })
    let end = min(Self.headLength + length, count)
    return Content(steps: steps, doing: doing, path: String(decoding: bytes[Self.headLength..<end], as: UTF8.self))
  }
}
