import CProcess
import Foundation

/// What a process says about the file at hand so that it survives the process: a small file in memory that the parent
/// holds and the child writes to. One thread at a time uses it.
public final class FileNote {
  /// The number of the descriptor by which a child knows the note.
  public static let childDescriptor: Int32 = 3

  /// What is done with the file at hand.
  public enum Doing: UInt8, Sendable {
    /// No file is at hand.
    case nothing
    /// It is read, which takes no more than the time allowed for a file.
    case reading
    /// It is copied and appended to, which takes as long as its size and the disk ask for, but little computing.
    case writing
  }

  /// What a note says.
  public struct Content: Hashable, Sendable {
    /// Files taken in hand and put down so far.
    public var steps: UInt64
    public var doing: Doing
    /// The file's path; empty if none is at hand.
    public var path: String
  }

  private static let pathLimit = 4096
  private static let headLength = 13

  /// The descriptor, to be given to a child.
  public let descriptor: Int32
  private let isOwner: Bool
  private var steps: UInt64 = 0

  /// A new note that says nothing.
  ///
  /// - Throws: ``ChildProcess/StartFailure`` if the system has no room for it.
  public init() throws {
    descriptor = volcsweep_memory_file("file at hand")
    isOwner = true
    guard descriptor >= 0 else {
      throw ChildProcess.StartFailure(
        description: "the name of the current file cannot be recorded: \(String(cString: strerror(errno)))")
    }
  }

  /// The note of this process's parent.
  public init(ofParent: Void) {
    descriptor = Self.childDescriptor
    isOwner = false
  }

  deinit { if isOwner { close(descriptor) } }

  /// Says what is done with which file from now on.
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

  /// Forgets what an earlier child wrote.
  public func clear() { _ = ftruncate(descriptor, 0) }

  /// What the note says now.
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
