import Foundation

/// The slots of a run's local workers that are taken: a file with one byte per slot, which a worker locks as
/// long as it lives. A coordinator whose predecessor was killed sees which workers remain, so that a slot never
/// has two workers.
public final class WorkerSlots: Sendable {
  /// The largest number of slots.
  public static let limit = 1024

  /// The file cannot be used.
  public struct Failure: Error, CustomStringConvertible {
    /// The path and the reason.
    public let description: String

    public init(description: String) {
      self.description = description
    }
  }

  private let descriptor: Int32

  /// - Parameter path: path of the file, created if missing. A process must open it only once: closing any of
  ///   its descriptors releases the locks.
  /// - Throws: ``Failure``.
  public init(path: String) throws(Failure) {
    descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Failure(description: "\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
  }

  deinit {
    close(descriptor)
  }

  /// Takes a slot, counted from 1, for the lifetime of this object.
  ///
  /// - Returns: whether it was free.
  public func take(_ slot: Int) -> Bool {
    var lock = Self.lock(slot)
    return fcntl(descriptor, F_SETLK, &lock) == 0
  }

  /// The process that holds a slot, other than this one; `nil` if the slot is free.
  public func holder(of slot: Int) -> Int32? {
    var lock = Self.lock(slot)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0 else { return nil }
    return lock.l_pid
  }

  private static func lock(_ slot: Int) -> flock {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(slot)
    lock.l_len = 1
    return lock
  }
}
