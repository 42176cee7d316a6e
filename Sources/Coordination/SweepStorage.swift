import Foundation

/// Where a sweep keeps what it writes while it runs.
public struct SweepStorage: Hashable, Sendable {
  /// A folder on this machine's own disk, in which the sweep makes one of its own; `nil` for the run folder.
  public var scratch: URL?
  /// Whether the ledger may lie on a network file system.
  public var allowsNetworkLedger = false

  public init(scratch: URL? = nil, allowsNetworkLedger: Bool = false) {
    self.scratch = scratch
    self.allowsNetworkLedger = allowsNetworkLedger
  }

  /// Makes the folder for a run, which a later coordinator of the run on this machine finds again.
  ///
  /// - Returns: `nil` where the run folder serves.
  /// - Throws: `SweepSession.Failure` when it cannot be made, or is somebody else's.
  func folder(of run: URL) throws -> URL? {
    guard let scratch else { return nil }
    let folder = scratch.appending(path: "volcsweep-\(getuid())-\(SocketPlace.shortHash(of: run.path))")
    try SweepSession.makePrivateFolder(folder)
    // Others may write to scratch folders, and could have been first.
    var status = stat()
    guard lstat(folder.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
      status.st_mode & 0o077 == 0
    else {
      throw SweepSession.Failure(
        description:
          "\(folder.path) must be a folder that only you can write; remove it, or pass another folder with --scratch",
        isPermanent: true)
    }
    return folder
  }
}
