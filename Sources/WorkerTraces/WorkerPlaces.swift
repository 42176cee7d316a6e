import Foundation

/// Which of a run's places for local workers are taken: a file with a byte for each, that a worker locks for as long
/// as it lives. A coordinator that follows one that was killed sees by it who is still there, and so there are never
/// two workers in one place.
public final class WorkerPlaces: Sendable {
  /// The most places a run has.
  public static let limit = 1024

  /// Why the file cannot be used.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String

    public init(description: String) {
      self.description = description
    }
  }

  private let descriptor: Int32

  /// - Parameter path: of the file, which is made where it is missing. A process opens it once only: the locks go when
  ///   any of its descriptors is closed.
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

  /// Takes a place, counted from 1, for as long as this object lives.
  ///
  /// - Returns: whether it was free.
  public func take(_ place: Int) -> Bool {
    var lock = Self.lock(place)
    return fcntl(descriptor, F_SETLK, &lock) == 0
  }

  /// The process that has a place, other than this one; `nil` when it is free.
  public func holder(of place: Int) -> Int32? {
    var lock = Self.lock(place)
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0 else { return nil }
    return lock.l_pid
  }

  private static func lock(_ place: Int) -> flock {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = off_t(place)
    lock.l_len = 1
    return lock
  }
}
