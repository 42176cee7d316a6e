import Files
import Foundation

/// One coordinator a run: an advisory lock on a file of the run folder that also names its holder. The lock goes with
/// the process, however that ends.
public final class RunLock {
  public struct Taken: Error, CustomStringConvertible {
    public let description: String
    /// Whether another coordinator holds it; otherwise it cannot be taken at all.
    public let isHeld: Bool

    init(description: String, isHeld: Bool = false) {
      self.description = description
      self.isHeld = isHeld
    }
  }

  /// What a look at the lock came to.
  public enum Look: Equatable, Sendable {
    /// A process holds it, in the words that it left: `process 7 on node3`.
    case held(by: String)
    case free
    /// It is not there, or cannot be looked at.
    case unknown
  }

  /// How long a look of others at the lock may be in the way.
  private static let lookSeconds = 1.0

  /// The words by which a coordinator is known in its lock.
  public static func holder(host: String, pid: Int32) -> String { "process \(pid) on \(host)" }

  /// Looks whether a coordinator holds a lock, without changing anything.
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
  /// - Throws: ``Taken`` naming the holder, or what the file system said.
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
    // An object that has its descriptor closes it, also when its initialiser throws.
    descriptor = file
  }

  deinit {
    close(descriptor)
  }
}
