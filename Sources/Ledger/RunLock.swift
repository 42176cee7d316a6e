import Files
import Foundation

/// One coordinator a run: an advisory lock on a file of the run folder that also names its holder. The lock goes with
/// the process, however that ends.
public final class RunLock {
  public struct Taken: Error, CustomStringConvertible {
    public let description: String
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
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
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
          + "wait for it, or stop it and run the same command again")
    }
    let holder = Array("process \(getpid()) on \(ProcessInfo.processInfo.hostName)".utf8)
    ftruncate(file, 0)
    pwrite(file, holder, holder.count, 0)
    // An object that has its descriptor closes it, also when its initialiser throws.
    descriptor = file
  }

  deinit {
    close(descriptor)
  }
}
