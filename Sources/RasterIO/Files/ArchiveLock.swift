import Files
import Foundation
import Hashing

/// Locks stacks across processes: a writer (ingest) excludes all others, a reader (sweep) excludes writers.
///
/// The locks are POSIX byte-range locks on `<archive>/.volcsweep.lock`, one byte per stack at an offset that
/// is a hash of the stack's file name. The kernel releases them when the process ends, for whatever reason,
/// and reports the holder of a conflicting lock. They belong to the process: use one `ArchiveLock` per
/// archive and process, because closing any descriptor of the file releases all of them, and two locks of one
/// process never conflict.
public final class ArchiveLock: @unchecked Sendable {
  /// Kind of access to a stack.
  public enum Purpose: Sendable {
    /// By a sweep: other readers are allowed.
    case reading
    /// By an ingest: no other reader or writer is allowed.
    case writing
  }

  /// Another process holds the stack.
  public struct Conflict: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the stack.
    public let stack: String
    /// Process that holds it; 0 if the system does not report it.
    public let processID: Int32
    /// Whether the holder writes the stack.
    public let holderWrites: Bool

    public var description: String {
      let who = processID > 0 ? "process \(processID)" : "another process"
      return "\(stack): is being \(holderWrites ? "written by an ingest" : "read by a sweep") (\(who)); "
        + "wait until it ends, or stop it"
    }
  }

  /// Name of the lock file in the archive's folder.
  public static let fileName = ".volcsweep.lock"

  private let archive: URL
  private let descriptor: Int32

  /// Opens the archive's lock file and creates it if necessary. In a read-only archive, reading works without
  /// locks, because no process here can write it.
  ///
  /// - Throws: ``FileError`` if the lock file cannot be opened for another reason.
  public init(archive: URL) throws {
    self.archive = archive
    let path = archive.appendingPathComponent(Self.fileName).path
    var descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    if descriptor < 0, [EROFS, EACCES, EPERM].contains(errno) {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 || [ENOENT, EACCES, EPERM].contains(errno) else { throw FileError("opened", path) }
    } else if descriptor < 0 {
      throw FileError("opened", path)
    }
    self.descriptor = descriptor
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Locks a stack by its file name (`sierra_negra_106A_09048_000909.h5`) without waiting.
  ///
  /// - Throws: ``Conflict`` if another process holds it, ``FileError`` if the file system does not support
  ///   locks.
  public func lock(stack: String, for purpose: Purpose) throws {
    guard descriptor >= 0 else {
      guard purpose == .reading else {
        throw FileError("locked for writing", archive.appendingPathComponent(stack).path, code: EACCES)
      }
      return
    }
    let kind = purpose == .writing ? F_WRLCK : F_RDLCK
    // The holder may end between the failed lock and the query of the holder: then try again.
    for _ in 0..<100 {
      var region = Self.region(of: stack, kind: kind)
      if fcntl(descriptor, F_SETLK, &region) == 0 { return }
      guard [EACCES, EAGAIN, EINTR].contains(errno) else {
        throw FileError("locked", archive.appendingPathComponent(stack).path)
      }
      var holder = Self.region(of: stack, kind: kind)
      guard fcntl(descriptor, F_GETLK, &holder) == 0, Int32(holder.l_type) != Int32(F_UNLCK) else { continue }
      throw Conflict(
        stack: archive.appendingPathComponent(stack).path, processID: holder.l_pid,
        holderWrites: Int32(holder.l_type) == Int32(F_WRLCK))
    }
    throw Conflict(stack: archive.appendingPathComponent(stack).path, processID: 0, holderWrites: false)
  }

  /// Releases the lock of a stack.
  public func unlock(stack: String) {
    guard descriptor >= 0 else { return }
    var region = Self.region(of: stack, kind: F_UNLCK)
    _ = fcntl(descriptor, F_SETLK, &region)
  }

  /// Offset of a stack's byte in the lock file: the lower 62 bits of the 64-bit FNV-1a hash of its file name.
  public static func byteOffset(ofStack stack: String) -> Int64 {
    Int64(FNV1a.hash(stack.utf8) & 0x3fff_ffff_ffff_ffff)
  }

  private static func region(of stack: String, kind: Int32) -> flock {
    var region = flock()
    region.l_type = Int16(kind)
    region.l_whence = Int16(SEEK_SET)
    region.l_start = off_t(byteOffset(ofStack: stack))
    region.l_len = 1
    return region
  }
}
