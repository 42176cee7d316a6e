import Foundation
import Hashing

/// Endpoint of a run's coordinator for local workers.
enum LocalSocketAddress {
  /// The longest path of a Unix socket.
  private static let maximumBytes = 107

  /// An ipc endpoint in the run folder. If its path is too long for a socket, a symbolic link to the run folder
  /// in the temporary folder is used; if that path is too long as well, as on some clusters, or the folder is
  /// not writable, one in `/tmp`.
  ///
  /// - Throws: ``SweepSession/Failure`` with what was tried.
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

  /// A short hash of a path, for names that must be short.
  static func shortHash(of path: String) -> String { String(FNV1a.hash(path.utf8), radix: 36) }
}
