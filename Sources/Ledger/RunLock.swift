import Files
import Foundation

/// Ensures one coordinator per run: an advisory lock on a file of the run folder that also names its holder.
/// The system releases it when the process ends.
public final class RunLock {
  /// Why the lock could not be taken.
  public struct Taken: Error, CustomStringConvertible {
    /// The holder, or the error of the file system.
    public let description: String
    /// Whether another coordinator holds it; otherwise the lock file is unusable.
    public let isHeld: Bool

    init(description: String, isHeld: Bool = false) {
      self.description = description
      self.isHeld = isHeld
    }
  }

  /// State of the lock, seen without taking it.
  public enum Look: Equatable, Sendable {
    /// A process holds it: the text it wrote, `process 7 on node3`.
    case held(by: String)
    /// No process holds it.
    case free
    /// The lock file does not exist or cannot be examined.
    case unknown
  }

  /// Time to wait for a shared lock that another process takes briefly in ``look(at:)``.
  private static let lookSeconds = 1.0

  /// The text by which a coordinator identifies itself in its lock.
  public static func holder(host: String, pid: Int32) -> String { "process \(pid) on \(host)" }

  /// Examines whether a coordinator holds a lock, without changing anything.
  public static func look(at path: String) -> Look {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return .unknown }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return .free }
    guard errno == EWOULDBLOCK else { return .unknown }
    return .held(by: (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
  }

  private static func take(_ descriptor: Int32) -> Bool {
    let deadline = ContinuousClock.now + .seconds(lookSeconds)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK, ContinuousClock.now < deadline else { return false }
      usleep(10_000)
    }
    return true
  }

  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Throws: ``Taken`` that names the holder or the error of the file system.
  public init(path: String) throws(Taken) {
    do {
      try OwnFolder.check(file: URL(fileURLWithPath: path))
    } catch {
      throw Taken(description: "\(error)")
    }
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard file >= 0 else {
      throw Taken(description: "\(path) cannot be created: \(String(cString: strerror(errno)))")
    }
    guard Self.take(file) else {
      let reason = errno
      let holder = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      close(file)
      guard reason == EWOULDBLOCK else {
        let advice =
          [ENOSYS, EOPNOTSUPP, ENOLCK].contains(reason)
          ? "; its file system does not lock files (Lustre does when it is mounted with flock)" : ""
        throw Taken(description: "\(path) cannot be locked: \(String(cString: strerror(reason)))\(advice)")
      }
      throw Taken(
        description: "this sweep already has a coordinator (\(holder.isEmpty ? "unknown" : holder)); "
          + "wait for it, or stop it and run the same command again", isHeld: true)
    }
    let holder = Array(Self.holder(host: ProcessInfo.processInfo.hostName, pid: getpid()).utf8)
    ftruncate(file, 0)
    pwrite(file, holder, holder.count, 0)
    // `deinit` closes the descriptor, also if the initialiser throws after this assignment.
    descriptor = file
  }

  deinit {
    close(descriptor)
  }
}
