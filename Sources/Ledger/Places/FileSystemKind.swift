import Foundation

/// Whether a folder is on a local or a network file system.
public enum FileSystemKind: Hashable, Sendable {
  /// Local to this machine, as far as the mount table tells.
  case local
  /// Shared between machines. SQLite's locks and shared memory do not work across machines, and durability
  /// depends on the server.
  case network(name: String)

  /// - Parameter folder: an existing folder.
  /// - Throws: ``LedgerError/notDurable(path:detail:)`` if it cannot be examined.
  public init(of folder: URL) throws(LedgerError) {
    var status = stat()
    guard stat(folder.path, &status) == 0 else {
      throw LedgerError.notDurable(
        path: folder.path, detail: "it cannot be looked at: \(String(cString: strerror(errno)))")
    }
    let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
    self.init(device: UInt64(status.st_dev), mounts: mounts)
  }

  /// - Parameters:
  ///   - device: `st_dev` of the folder.
  ///   - mounts: the text of `/proc/self/mountinfo`, see proc(5).
  init(device: UInt64, mounts: String) {
    // Inverse of makedev(3).
    let major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfff)
    let minor = (device & 0xff) | (device >> 12 & ~0xff)
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2, fields[2] == "\(major):\(minor)", let dash = fields.firstIndex(of: "-"),
        dash + 1 < fields.count
      else { continue }
      let kind = fields[dash + 1]
      // FUSE file systems count as networks, sshfs among them; FUSE block devices are local.
      let isForeign = Self.networks.contains(String(kind)) || kind == "fuse" || kind.hasPrefix("fuse.")
      self = isForeign ? .network(name: String(kind)) : .local
      return
    }
    self = .local
  }

  private static let networks: Set<String> = [
    "nfs", "nfs4", "lustre", "gpfs", "mmfs", "beegfs", "ceph", "cifs", "smb", "smb2", "smb3", "afs", "9p", "panfs",
    "ocfs2", "gfs2", "pvfs2", "orangefs", "wekafs", "virtiofs", "ncpfs", "coda",
  ]
}
