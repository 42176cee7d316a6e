import Foundation

/// Where a sweep's ledger is while it runs: in the run folder, or on the coordinator's own disk, from where it is
/// copied to the run folder again and again. The copy belongs to whoever has added an epoch to it last.
public struct LedgerPlace: Sendable {
  public static let fileName = "ledger.sqlite"

  private let run: URL
  private let scratch: URL?

  /// - Parameters:
  ///   - run: the run folder.
  ///   - scratch: the sweep's own folder on a local disk; `nil` keeps the ledger in the run folder.
  public init(run: URL, scratch: URL?) {
    self.run = run
    self.scratch = scratch
  }

  /// The ledger itself.
  public var file: URL { (scratch ?? run).appending(path: Self.fileName) }

  /// What others read; `nil` where that is the ledger itself.
  public var copy: URL? { scratch.map { _ in run.appending(path: Self.fileName) } }

  /// Opens the ledger. On a local disk that is the one which an earlier coordinator left there, if nobody has taken the
  /// sweep further since, and otherwise the run folder's copy.
  ///
  /// - Parameter allowsNetwork: whether it may lie on a network file system.
  /// - Returns: the ledger that the sweep goes on with.
  /// - Throws: ``LedgerError``, or what copying throws.
  public func open(allowsNetwork: Bool = false) throws -> Ledger {
    let folder = file.deletingLastPathComponent()
    if !allowsNetwork, case .network(let kind) = try FileSystemKind(of: folder) {
      throw LedgerError.networkFileSystem(path: folder.path, kind: kind)
    }
    if let copy { try restore(from: copy) }
    return try Ledger(path: file.path)
  }

  private func restore(from copy: URL) throws {
    guard FileManager.default.fileExists(atPath: copy.path) else {
      // A new run folder under an old name, or a coordinator that ended before it had handed out anything.
      return try removeLedger(file)
    }
    // A coordinator that kept its ledger here was killed: what it left beside the file belongs into it.
    let log = copy.path + "-wal"
    if FileManager.default.fileExists(atPath: log) {
      try Ledger(path: copy.path).close()
      var status = stat()
      // What a copy replaces must leave nothing beside it.
      guard stat(log, &status) != 0 || status.st_size == 0 else { throw LedgerError.locked(path: copy.path) }
      for suffix in ["-wal", "-shm"] { unlink(copy.path + suffix) }
    }
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
