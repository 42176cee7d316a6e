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
      "\(path) cannot be opened as a sweep's ledger: \(detail); use another run folder or restore the file"
    case .newerSchema(let path):
      "\(path) was written by a newer volcsweep; use that version to continue the sweep"
    case .notDurable(let path, let detail):
      "\(path): \(detail); results could be lost in a power failure. Move the run folder to a local disk"
    case .otherSweep(let path, let differences):
      "\(path) belongs to another sweep (\(differences.joined(separator: "; "))); set another run folder in the "
        + "job file, undo the changes, or pass --yes to compute the outdated scores again"
    case .superseded(let path, let ownEpoch, let epoch) where ownEpoch == epoch:
      "\(path): another coordinator or command has changed it since this coordinator (\(ownEpoch)) started; nothing more is "
        + "written here"
    case .superseded(let path, let ownEpoch, let epoch):
      "\(path): coordinator \(epoch) has taken over from this one (\(ownEpoch)); nothing more is written here"
    case .networkFileSystem(let path, let kind):
      "\(path) is on a network file system (\(kind)), where file locks and fsync are not reliable; keep the ledger "
        + "on a local disk with --scratch FOLDER, which also copies it to the run folder, or pass "
        + "--allow-network-ledger to use it anyway"
    case .damagedRow(let path, let detail):
      "\(path) is damaged: \(detail); restore it from a copy, or use another run folder"
    case .diskFull(let path):
      "\(path): the disk is full, so results cannot be saved; free some space and the sweep will continue"
    case .locked(let path):
      "\(path): another program has been writing to it for 10 s; stop it (find it with lsof \(path))"
    case .diskFailed(let path, let detail):
      "\(path): the disk failed (\(detail)); results acknowledged earlier are kept. Check the system log for errors "
        + "of the disk, repair it or move the run folder, and run the same command again"
    case .elsewhere(let path, let host, let file, let record):
      "\(path) is a copy: the newest results are on \(host), in \(file). Run the same command there to continue with "
        + "them. If that disk is lost, remove \(record) here; results since the copy are then computed again"
    case .held(let path, let host, let file):
      "\(path) is a copy: a running sweep keeps the ledger on \(host), in \(file), until it ends. Wait for it, "
        + "or stop it, and run the same command again"
    case .lost(let path, let file, let record):
      "\(path) is a copy, and the ledger that was kept in \(file) is missing: results since the copy are lost. Run "
        + "the sweep again to continue from the copy, or remove \(record); then run the same command again"
    case .notAnswering(let path, let seconds, let ledger):
      "\(path): its disk has not answered for \(seconds) s, so this copy of the ledger is outdated. All results are on this "
        + "machine, in \(ledger) (see ledger.place next to the copy): run the same command here again when the disk responds"
    case .displaced(let path, let detail, let rescued?):
      "\(detail) while the sweep was running. All results are saved in \(rescued): move "
        + "it to \(path) (remove \(path), \(path)-wal and \(path)-shm, then mv \(rescued) \(path)) and run the "
        + "same command again"
    case .displaced(let path, let detail, nil):
      "\(detail) while the sweep was running. All results are lost unless that file "
        + "still exists elsewhere; they could not be saved next to \(path). Restore the file or a copy, or run the same "
        + "command again to compute what is missing"
    }
  }
}
