import Files
import Foundation
import Synchronization

/// Where a sweep's ledger is while it runs: in the run folder, or on the coordinator's own disk, from where it is
/// copied to the run folder again and again. The copy belongs to whoever has added an epoch to it last.
public struct LedgerPlace: Sendable {
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

  /// The ledger itself.
  public var file: URL { (scratch ?? run).appending(path: Self.fileName) }

  /// What others read; `nil` where that is the ledger itself.
  public var copy: URL? { scratch.map { _ in home } }

  /// The file in the run folder, the ledger or its copy.
  var home: URL { run.appending(path: Self.fileName) }

  /// Opens the ledger. On a local disk that is the one which an earlier coordinator left there, if nobody has taken the
  /// sweep further since, and otherwise the run folder's copy.
  ///
  /// Where an earlier coordinator left one on a local disk of this machine that the run folder's copy has not caught up
  /// with, the sweep goes on from that one.
  ///
  /// - Parameters:
  ///   - allowsNetwork: whether it may lie on a network file system.
  ///   - log: called with what somebody should know of where the results are.
  /// - Returns: the ledger that the sweep goes on with.
  /// - Throws: ``LedgerError``, or what copying throws.
  public func open(allowsNetwork: Bool = false, log: (String) -> Void = { _ in }) throws -> Ledger {
    let folder = file.deletingLastPathComponent()
    if !allowsNetwork, case .network(let kind) = try FileSystemKind(of: folder) {
      throw LedgerError.networkFileSystem(path: folder.path, kind: kind)
    }
    let record = ScratchRecord(run: run)
    let known = try record.read()
    // A copy that is missing was lost, and does not say that the sweep begins anew, where the note of this ledger is.
    let isOwn = scratch != nil && known == ScratchRecord.Place(host: host, path: file.path)
    if let known, !isOwn { try fetch(known, record, log: log) }
    if isOwn, !FileManager.default.fileExists(atPath: file.path) { log(remark(onLost: file)) }
    if let copy, !isOwn || FileManager.default.fileExists(atPath: copy.path) { try restore(from: copy) }
    let ledger = try Ledger(path: file.path)
    // From here on the run folder's copy is older than the ledger.
    if scratch != nil { try record.write(ScratchRecord.Place(host: host, path: file.path)) }
    opened.ledger.withLock { $0 = ledger }
    return ledger
  }

  /// Has the run folder's copy catch up with the ledger that an earlier coordinator kept elsewhere, if that can be read.
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
      // A sweep that moves between nodes, each with its own disk, cannot wait for one that is gone.
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

  /// - Returns: whether the ledger was taken; `false` where somebody has taken the sweep further in the copy.
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

  /// Says that the run folder's copy has all that the ledger holds, which then goes when it is closed: one that stayed
  /// would be taken for the newest by the next coordinator here. To be called when the copy was made and the ledger is
  /// written no more. Where the copy is not there, or lacks something, all stays as it is.
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
      // A new run folder under an old name, or a coordinator that ended before it had handed out anything.
      return try removeLedger(file)
    }
    // A coordinator that kept its ledger here was killed: what it left beside the file belongs into it.
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

/// The ledger that was opened at a place, once it was.
private final class OpenedLedger: Sendable {
  let ledger = Mutex<Ledger?>(nil)
}
