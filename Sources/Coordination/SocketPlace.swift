import Foundation
import Messaging

/// Where a run's coordinator listens.
enum SocketPlace {
  /// The longest path a Unix socket can have.
  private static let maximumBytes = 107

  /// An ipc address in the run folder. Where its path would be too long for a socket, a link in the temporary folder
  /// stands for the run folder.
  static func address(in run: URL) throws -> String {
    let path = run.appending(path: "coordinator.sock").path
    if path.utf8.count <= maximumBytes { return "ipc://\(path)" }
    let link = "\(NSTemporaryDirectory())/volcsweep-\(getuid())-\(shortHash(of: path))"
    unlink(link)
    guard symlink(run.path, link) == 0 else {
      throw SweepSession.Failure(
        description: "\(link) cannot be made to stand for the run folder, whose path is too long for a socket: "
          + String(cString: strerror(errno)))
    }
    return "ipc://\(link)/coordinator.sock"
  }

  /// A few letters that stand for a path in names that must be short: FNV-1a of 64 bits.
  static func shortHash(of path: String) -> String {
    String(path.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 36)
  }
}
