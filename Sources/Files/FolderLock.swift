import Foundation

/// An exclusive advisory lock (`flock`) on a file that also names its holder. It goes with the process, however that ends,
/// or with this object.
public final class FolderLock {
  /// Why the lock cannot be had.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process has it.
    case taken(path: String, holder: String)
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

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - path: the lock's file, made where it is missing.
  ///   - seconds: for how long another holder is waited for.
  ///   - waits: called once with the holder before the waiting begins.
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
    // An object that has its descriptor closes it, also when its initialiser throws.
    descriptor = file
  }

  deinit { close(descriptor) }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: holderBytes)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : "another process"
  }
}
