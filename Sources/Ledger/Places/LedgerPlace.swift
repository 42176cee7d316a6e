import Files
import Foundation
import Synchronization

/// Location of a sweep's ledger while it runs: the run folder, or the coordinator's local disk, from where it
/// is copied to the run folder repeatedly. The copy belongs to the coordinator that last added an epoch to it.
public struct LedgerPlace: Sendable {
  /// File name of the ledger and of its copy.
  public static let fileName = "ledger.sqlite"

  let run: URL
  private let scratch: URL?
  let host: String
  private let opened = OpenedLedger()

  /// - Parameters:
  ///   - run: the run folder.
  ///   - scratch: the sweep's own folder on a local disk; `nil` keeps the ledger in the run folder.
  public init(run: URL, scratch: URL?) {
    self.init(run: run, scratch: scratch, host: ProcessInfo.processInfo.hostName)
  }

  init(run: URL, scratch: URL?, host: String) {
    self.run = run
    self.scratch = scratch
    self.host = host
  }

  /// The ledger.
  public var file: URL { (scratch ?? run).appending(path: Self.fileName) }

  /// The file that others read; `nil` if that is the ledger itself.
  public var copy: URL? { scratch.map { _ in home } }

  /// The file in the run folder: the ledger or its copy.
  var home: URL { run.appending(path: Self.fileName) }

  /// Opens the ledger. On a local disk, that is the one an earlier coordinator left there, unless the sweep was
  /// continued elsewhere since; otherwise the run folder's copy.
  ///
  /// If an earlier coordinator left a ledger on this machine's local disk that is newer than the run folder's
  /// copy, the sweep continues from it.
  ///
  /// - Parameters:
  ///   - allowsNetwork: whether the ledger may be on a network file system.
  ///   - log: called with remarks for the user about where the results are.
  /// - Returns: the ledger to continue with.
  /// - Throws: ``LedgerError``, or errors of the copy.
  public func open(allowsNetwork: Bool = false, log: (String) -> Void = { _ in }) throws -> Ledger {
    let folder = file.deletingLastPathComponent()
    if !allowsNetwork, case .network(let kind) = try FileSystemKind(of: folder) {
      throw LedgerError.networkFileSystem(path: folder.path, kind: kind)
    }
    let record = ScratchRecord(run: run)
    let known = try record.read()
    // As long as the record of this ledger exists, a missing copy was lost; it does not mean that the sweep
    // starts over.
    let isOwn = scratch != nil && known == ScratchRecord.Place(host: host, path: file.path)
    if let known, !isOwn { try fetch(known, record, log: log) }
    if isOwn, !FileManager.default.fileExists(atPath: file.path) { log(remark(onLost: file)) }
    if let copy, !isOwn || FileManager.default.fileExists(atPath: copy.path) { try restore(from: copy) }
    let ledger = try Ledger(path: file.path)
    // From here on the run folder's copy is out of date.
    if scratch != nil { try record.write(ScratchRecord.Place(host: host, path: file.path)) }
    opened.ledger.withLock { $0 = ledger }
    return ledger
  }

  /// Updates the run folder's copy from a ledger that an earlier coordinator kept elsewhere, if that is
  /// readable.
  private func fetch(_ known: ScratchRecord.Place, _ record: ScratchRecord, log: (String) -> Void) throws {
    let copy = home
    let left = URL(fileURLWithPath: known.path)
    if known.host == host, FileManager.default.fileExists(atPath: left.path) {
      if try catchUp(copy, with: left) {
        log("continues from the ledger that was kept in \(left.path)")
      } else {
        log("\(copy.path) is newer than the ledger in \(left.path), which is left alone")
      }
    } else if known.host == host {
      log(remark(onLost: left))
    } else if scratch != nil {
      // A sweep that moves between nodes with local disks cannot wait for a node that is gone.
      log(
        "\(copy.path) is a copy of the ledger that \(known.host) keeps in \(known.path): what was finished since it was "
          + "made is computed again")
    } else {
      throw LedgerError.elsewhere(path: copy.path, host: known.host, file: known.path, record: record.file.path)
    }
    try record.remove()
  }

  private func remark(onLost ledger: URL) -> String {
    "the ledger that was kept in \(ledger.path) is gone: what was finished since \(home.path) was copied from it is "
      + "computed again"
  }

  /// - Returns: whether the ledger was copied; `false` if the sweep was continued in the copy.
  private func catchUp(_ copy: URL, with left: URL) throws -> Bool {
    let ledger = try Ledger(path: left.path)
    defer { try? ledger.close() }
    if FileManager.default.fileExists(atPath: copy.path) {
      try Ledger.emptyLog(of: copy)
      let theirs = try Ledger(reading: copy.path)
      defer { try? theirs.close() }
      guard try ledger.continues(theirs) else { return false }
    }
    try ledger.copyOut(to: copy)
    return true
  }

  /// Marks the run folder's copy as complete; the local ledger is deleted when it is closed, because the next
  /// coordinator here would take it for the newest. Call after the last copy, when nothing more is written. If
  /// the copy is missing or incomplete, nothing changes.
  public func finish() throws {
    guard let copy else { return }
    let ledger = opened.ledger.withLock { $0 }
    guard try isHome(ledger, copy) else { return }
    try ScratchRecord(run: run).remove()
    ledger?.isSpent.store(true, ordering: .releasing)
  }

  private func isHome(_ ledger: Ledger?, _ copy: URL) throws -> Bool {
    guard FileManager.default.fileExists(atPath: copy.path) else { return false }
    guard let ledger else { return true }
    let theirs = try Ledger(reading: copy.path)
    defer { try? theirs.close() }
    return try theirs.continues(ledger)
  }

  private func restore(from copy: URL) throws {
    guard FileManager.default.fileExists(atPath: copy.path) else {
      // A new run folder under an old name, or a coordinator that ended before it assigned anything.
      return try removeLedger(file)
    }
    // A coordinator that kept its ledger here was killed: apply its WAL.
    try Ledger.emptyLog(of: copy)
    if FileManager.default.fileExists(atPath: file.path) {
      let (mine, theirs) = (try Ledger(path: file.path), try Ledger(reading: copy.path))
      defer {
        try? mine.close()
        try? theirs.close()
      }
      if try mine.continues(theirs) { return }
    }
    try removeLedger(file)
    try Ledger.copyFile(copy, to: file)
  }

  private func removeLedger(_ file: URL) throws {
    for suffix in ["-wal", "-shm", ""] {
      guard unlink(file.path + suffix) == 0 || errno == ENOENT else {
        throw LedgerError.notDurable(
          path: file.path, detail: "an old one cannot be removed: \(String(cString: strerror(errno)))")
      }
    }
  }
}

/// The opened ledger, once there is one.
private final class OpenedLedger: Sendable {
  let ledger = Mutex<Ledger?>(nil)
}
