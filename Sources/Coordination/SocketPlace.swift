import Foundation
import Hashing
import Messaging

/// Where a run's coordinator listens.
enum SocketPlace {
  /// The longest path a Unix socket can have.
  private static let maximumBytes = 107

  /// An ipc address in the run folder. Where its path would be too long for a socket, a link to the run folder in the
  /// temporary folder stands for it; where that folder's path is too long as well, as a scheduler's may be, or nothing can
  /// be made there, one in `/tmp`.
  ///
  /// - Throws: ``SweepSession/Failure`` that says what was tried.
  static func address(
    in run: URL, temporaryFolders: [String] = [NSTemporaryDirectory(), "/tmp"]
  ) throws -> String {
    let socket = "coordinator.sock"
    let path = run.appending(path: socket).path
    if path.utf8.count <= maximumBytes { return "ipc://\(path)" }
    var obstacles: [String] = []
    for folder in temporaryFolders {
      let trimmed = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
      let link = "\(trimmed)/volcsweep-\(getuid())-\(shortHash(of: path))"
      guard "\(link)/\(socket)".utf8.count <= maximumBytes else {
        obstacles.append("\(trimmed) is too long as well")
        continue
      }
      unlink(link)
      if symlink(run.path, link) == 0 { return "ipc://\(link)/\(socket)" }
      obstacles.append("cannot create a link in \(trimmed): \(String(cString: strerror(errno)))")
    }
    throw SweepSession.Failure(
      description: "the path of the run folder \(run.path) is too long for a socket (at most "
        + "\(maximumBytes - socket.utf8.count - 1) bytes), and no shorter link to it could be created: "
        + obstacles.joined(separator: "; ") + ". Set TMPDIR to a folder with a short path, or move the run folder")
  }

  /// A few letters that stand for a path in names that must be short.
  static func shortHash(of path: String) -> String { String(FNV1a.hash(path.utf8), radix: 36) }
}
