import Foundation

/// An exclusive advisory lock (`flock`) on a file that also names its holder. It is released when the process
/// ends, for whatever reason, or with this object.
public final class FolderLock {
  /// Why the lock was not acquired.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process holds it.
    case taken(path: String, holder: String)
    /// The system refused the lock; with its `errno`.
    case system(path: String, code: Int32)

    public var description: String {
      switch self {
      case .taken(let path, let holder): "\(path) is held by \(holder)"
      case .system(let path, let code):
        "\(path) cannot be locked: \(String(cString: strerror(code)))"
          + ([ENOSYS, EOPNOTSUPP, ENOLCK].contains(code)
            ? "; its file system does not support file locks (Lustre needs the mount option flock)" : "")
      }
    }
  }

  private static let holderBytes = 300
  private let descriptor: Int32

  /// Acquires the lock.
  ///
  /// - Parameters:
  ///   - path: Path of the lock file, created if it does not exist.
  ///   - seconds: Timeout while another process holds the lock.
  ///   - waits: Called once with the holder before waiting begins.
  /// - Throws: ``Failure``, or ``OwnFolder/Refusal`` for a link.
  public init(_ path: String, waitingSeconds seconds: Double = 0, waits: (_ holder: String) -> Void = { _ in })
    throws
  {
    try OwnFolder.check(file: URL(fileURLWithPath: path))
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard file >= 0 else { throw Failure.system(path: path, code: errno) }
    let deadline = ContinuousClock.now + .seconds(seconds)
    var isAnnounced = false
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      guard code == EWOULDBLOCK, ContinuousClock.now < deadline else {
        let holder = Self.holder(file)
        close(file)
        throw code == EWOULDBLOCK ? Failure.taken(path: path, holder: holder) : .system(path: path, code: code)
      }
      if !isAnnounced { waits(Self.holder(file)) }
      isAnnounced = true
      usleep(20_000)
    }
    let holder = Array("process \(getpid()) on \(ProcessInfo.processInfo.hostName)".utf8)
    ftruncate(file, 0)
    pwrite(file, holder, holder.count, 0)
    // The descriptor is stored last: an object that has it closes it, even if its initialiser throws.
    descriptor = file
  }

  deinit { close(descriptor) }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: holderBytes)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : "another process"
  }
}
