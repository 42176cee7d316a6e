import Files
import Foundation

/// Checks that a run folder is safe to write to: only its owner can change it, and nothing that commands write
/// in it is a symbolic link.
public enum RunFolderCheck {
  /// Folders that commands make in a run folder.
  private static let folders = ["activations", "keys", "logs", "results", "slurm", "ssh"]
  /// Files that are opened by name and written in place.
  private static let files = [
    "coordinator.lock", "ledger.sqlite", "ledger.sqlite-journal", "ledger.sqlite-shm", "ledger.sqlite-wal",
  ]

  /// - Parameter run: the folder; one that does not exist passes.
  /// - Throws: `OwnFolder.Refusal` with what others could change and how to fix it.
  public static func check(_ run: URL) throws(OwnFolder.Refusal) {
    try OwnFolder.check(run)
    try refuseLinks(in: run)
  }

  static func refuseLinks(in run: URL) throws(OwnFolder.Refusal) {
    for name in folders { try OwnFolder.check(inside: run.appending(path: name)) }
    try OwnFolder.check(inside: run.appending(path: "results/maps"))
    for name in files { try OwnFolder.check(file: run.appending(path: name)) }
  }
}
