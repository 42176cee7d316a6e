/// Errors of a ledger's files and content.
public enum LedgerError: Error, CustomStringConvertible {
  case notALedger(path: String, detail: String)
  case newerSchema(path: String)
  case notDurable(path: String, detail: String)
  case otherSweep(path: String, differences: [String])
  case superseded(path: String, ownEpoch: Int, epoch: Int)
  /// The ledger's folder is on a network file system.
  case networkFileSystem(path: String, kind: String)
  case damagedRow(path: String, detail: String)
  /// The disk is full. Nothing of the call was written; retry when there is space.
  case diskFull(path: String)
  /// Another process holds the write lock. Nothing of the call was written; it can be retried.
  case locked(path: String)
  /// A read, write or sync failed. The content of the file is uncertain until it is reopened.
  case diskFailed(path: String, detail: String)
  /// The file was deleted, moved or replaced while it was open; `rescued` is a copy of its content, if one
  /// could be made.
  case displaced(path: String, detail: String, rescued: String?)
  /// The newest ledger is on another machine's local disk; `record` is the file that says so.
  case elsewhere(path: String, host: String, file: String, record: String)
  /// A running sweep keeps the newest ledger outside the run folder.
  case held(path: String, host: String, file: String)
  /// The newest ledger was on this machine's local disk and is gone; `record` is the file that names it.
  case lost(path: String, file: String, record: String)
  /// The copy in the run folder could not be replaced in time; `ledger` is complete.
  case notAnswering(path: String, seconds: Int, ledger: String)

  public var description: String {
    switch self {
    case .notALedger(let path, let detail):
      "\(path) cannot be opened as a sweep's ledger: \(detail); name another run folder or restore the file"
    case .newerSchema(let path):
      "\(path) was written by a newer volcsweep; continue the sweep with that one"
    case .notDurable(let path, let detail):
      "\(path): \(detail); results could be lost with the power. Put the run folder on a local disk"
    case .otherSweep(let path, let differences):
      "\(path) belongs to another sweep (\(differences.joined(separator: "; "))); name another run folder in the "
        + "job, restore what changed, or pass --yes to compute again here what that makes stale"
    case .superseded(let path, let ownEpoch, let epoch) where ownEpoch == epoch:
      "\(path): another coordinator or command has changed it since this coordinator (\(ownEpoch)) began; nothing more is "
        + "written here"
    case .superseded(let path, let ownEpoch, let epoch):
      "\(path): coordinator \(epoch) has taken over from this one (\(ownEpoch)); nothing more is written here"
    case .networkFileSystem(let path, let kind):
      "\(path) lies on a network file system (\(kind)), on which a ledger's locks and syncs cannot be relied on; keep it "
        + "on this machine's own disk with --scratch FOLDER, from where it is copied to the run folder, or say "
        + "--allow-network-ledger if you know better"
    case .damagedRow(let path, let detail):
      "\(path) is damaged: \(detail); restore it from a copy, or sweep into another run folder"
    case .diskFull(let path):
      "\(path): the disk is full, so no result can be kept; make space on it and the sweep goes on"
    case .locked(let path):
      "\(path): another program has been writing to it for 10 s; end that (lsof \(path) names it)"
    case .diskFailed(let path, let detail):
      "\(path): the disk failed (\(detail)); results acknowledged before are kept. See what the system's log says "
        + "of the disk, mend it or move the run folder, and run the same command again"
    case .elsewhere(let path, let host, let file, let record):
      "\(path) is a copy: the newest results are on \(host), in \(file). Run the same command there, and it goes on from "
        + "them. If that disk is lost, remove \(record) here; what was finished since the copy is then computed again"
    case .held(let path, let host, let file):
      "\(path) is a copy: a sweep that is under way keeps the ledger on \(host), in \(file), until it ends. Wait for it, "
        + "or stop it, and run the same command again"
    case .lost(let path, let file, let record):
      "\(path) is a copy, and the ledger that was kept in \(file) is gone: what was finished since the copy is lost. Run "
        + "the sweep again, which goes on from the copy, or remove \(record); then run the same command again"
    case .notAnswering(let path, let seconds, let ledger):
      "\(path): its disk has not answered for \(seconds) s, so this copy of the ledger is old. All results are on this "
        + "machine, in \(ledger), as ledger.place beside the copy says: run the same command here again when the disk answers"
    case .displaced(let path, let detail, let rescued?):
      "\(detail) while the sweep was running. All results, those acknowledged since among them, are in \(rescued): put "
        + "it in the place of \(path) (remove \(path), \(path)-wal and \(path)-shm, then mv \(rescued) \(path)) and run the "
        + "same command again"
    case .displaced(let path, let detail, nil):
      "\(detail) while the sweep was running. Its results, those acknowledged among them, are lost unless that file "
        + "still exists elsewhere, and they could not be saved beside \(path). Put the file or a copy back, or run the same "
        + "command again to compute what is missing"
    }
  }
}
