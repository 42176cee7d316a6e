import Foundation

/// What kind of file system a folder lies on, as far as a ledger cares.
public enum FileSystemKind: Hashable, Sendable {
  /// Of this machine alone, as far as it says.
  case local
  /// Several machines see it. SQLite's locks and shared memory do not reach across, and what a sync promises is the
  /// server's matter.
  case network(name: String)

  /// - Parameter folder: which must be there.
  /// - Throws: ``LedgerError/notDurable(path:detail:)`` when it cannot be looked at.
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
    // As makedev(3) puts the two numbers together.
    let major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfff)
    let minor = (device & 0xff) | (device >> 12 & ~0xff)
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2, fields[2] == "\(major):\(minor)", let dash = fields.firstIndex(of: "-"),
        dash + 1 < fields.count
      else { continue }
      let kind = fields[dash + 1]
      // Whatever a program makes of it, sshfs among them; block devices that a program reads are this machine's.
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
