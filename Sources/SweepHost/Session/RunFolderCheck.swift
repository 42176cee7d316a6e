import Files
import Foundation

/// Whether a run folder can be written to: it is its owner's alone, and what a command writes in it is no link.
public enum RunFolderCheck {
  /// Folders that commands make in a run folder.
  private static let folders = ["activations", "keys", "logs", "results", "slurm", "ssh"]
  /// Files that are opened by name and written in place.
  private static let files = [
    "coordinator.lock", "ledger.sqlite", "ledger.sqlite-journal", "ledger.sqlite-shm", "ledger.sqlite-wal",
  ]

  /// - Parameter run: the folder; one that is not there passes.
  /// - Throws: `OwnFolder.Refusal` saying what others could change and how to mend it.
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
