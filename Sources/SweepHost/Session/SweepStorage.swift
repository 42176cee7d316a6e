import Foundation

/// Where a sweep keeps its files while it runs.
public struct SweepStorage: Hashable, Sendable {
  /// A folder on this machine's local disk, in which the sweep creates its own; `nil` uses the run folder.
  public var scratch: URL?
  /// Whether the ledger may be on a network file system.
  public var allowsNetworkLedger = false

  public init(scratch: URL? = nil, allowsNetworkLedger: Bool = false) {
    self.scratch = scratch
    self.allowsNetworkLedger = allowsNetworkLedger
  }

  /// Creates the run's own folder; a later coordinator of the run on this machine finds it again.
  ///
  /// - Returns: `nil` if the run folder is used.
  /// - Throws: `SweepSession.Failure` if it cannot be created, or belongs to another user.
  func folder(of run: URL) throws -> URL? {
    guard let scratch else { return nil }
    let folder = scratch.appending(path: "volcsweep-\(getuid())-\(LocalSocketAddress.shortHash(of: run.path))")
    try SweepSession.makePrivateFolder(folder)
    // Others may write to scratch folders, and could have created it first.
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
