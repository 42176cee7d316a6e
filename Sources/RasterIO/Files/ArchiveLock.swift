import Files
import Foundation
import Hashing

/// Keeps ingest and sweeps apart: who writes a stack excludes all others, who reads it excludes writers.
///
/// The locks are POSIX byte-range locks on `<archive>/.volcsweep.lock`, one byte a stack at an offset that hashes
/// the stack's file name. The kernel drops them when the process ends, however it ends, and names the holder of a
/// conflicting one. They belong to the process: it must hold one `ArchiveLock` per archive, because closing any
/// descriptor of the file drops all of them, and two locks of one process never conflict.
public final class ArchiveLock: @unchecked Sendable {
  /// What a stack is locked for.
  public enum Purpose: Sendable {
    /// A sweep: others may read too.
    case reading
    /// An ingest: nobody else may read or write.
    case writing
  }

  /// A stack that another process holds.
  public struct Conflict: Error, Hashable, Sendable, CustomStringConvertible {
    /// The stack's path.
    public let stack: String
    /// The holder, 0 where the system does not say.
    public let processID: Int32
    /// Whether the holder writes it.
    public let holderWrites: Bool

    public var description: String {
      let who = processID > 0 ? "process \(processID)" : "another process"
      return "\(stack): is being \(holderWrites ? "written by an ingest" : "read by a sweep") (\(who)); "
        + "wait until it ends, or stop it"
    }
  }

  /// The lock file's name in the archive's folder.
  public static let fileName = ".volcsweep.lock"

  private let archive: URL
  private let descriptor: Int32

  /// Opens, and creates if need be, the archive's lock file. In an archive that cannot be written reading goes on
  /// without locks, because nobody here can write it either.
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

  /// Locks a stack by its file name (`sierra_negra_106A_09048_000909.h5`), at once or not at all.
  ///
  /// - Throws: ``Conflict`` if another process holds it, ``FileError`` if the file system cannot lock.
  public func lock(stack: String, for purpose: Purpose) throws {
    guard descriptor >= 0 else {
      guard purpose == .reading else {
        throw FileError("locked for writing", archive.appendingPathComponent(stack).path, code: EACCES)
      }
      return
    }
    let kind = purpose == .writing ? F_WRLCK : F_RDLCK
    // The holder may end between the refusal and the question who it is: then try again.
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

  /// Gives a stack free.
  public func unlock(stack: String) {
    guard descriptor >= 0 else { return }
    var region = Self.region(of: stack, kind: F_UNLCK)
    _ = fcntl(descriptor, F_SETLK, &region)
  }

  /// The byte of the lock file that stands for a stack: the lower 62 bits of FNV-1a (64 bits) of its name.
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
