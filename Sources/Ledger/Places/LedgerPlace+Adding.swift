import Files
import Foundation

extension LedgerPlace {
  /// Lets a command other than the coordinator add to the run's ledger, wherever that is: additions to a copy
  /// alone are lost when the ledger is copied again.
  ///
  /// - Parameters:
  ///   - hasLock: whether the caller holds the run's lock, so that no sweep is running. Without it, a sweep
  /// that keeps its ledger in the run folder may be running.
  ///   - log: called with remarks for the user about where the results are.
  ///   - body: receives the ledger, open until it returns.
  /// - Returns: the value of `body`.
  /// - Throws: ``LedgerError/held(path:host:file:)``, ``LedgerError/elsewhere(path:host:file:record:)`` or
  ///   ``LedgerError/lost(path:file:record:)`` if the ledger is not available here, and errors of `body`.
  public func add<Value>(
    hasLock: Bool = false, log: (String) -> Void = { _ in }, _ body: (Ledger) throws -> Value
  ) throws -> Value {
    let record = ScratchRecord(run: run)
    guard let known = try record.read() else {
      let value = try Self.adding(to: home.path, body)
      // A sweep that started meanwhile may have moved the ledger away as it was before.
      if !hasLock, let now = try record.read() {
        throw LedgerError.held(path: home.path, host: now.host, file: now.path)
      }
      return value
    }
    let lock: RunLock? = try hasLock ? nil : takeLock(against: known)
    defer { withExtendedLifetime(lock) {} }
    // The sweep may have ended before the lock was taken.
    guard let left = try record.read() else { return try Self.adding(to: home.path, body) }
    guard left.host == host else {
      throw LedgerError.elsewhere(path: home.path, host: left.host, file: left.path, record: record.file.path)
    }
    let file = URL(fileURLWithPath: left.path)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw LedgerError.lost(path: home.path, file: file.path, record: record.file.path)
    }
    try OwnFolder.check(file.deletingLastPathComponent())
    try OwnFolder.check(file: file)
    guard try isNewest(file) else { return try Self.adding(to: home.path, body) }
    return try Self.adding(to: file.path) { ledger in
      let value = try body(ledger)
      do {
        // Update the copy for readers; the next sweep continues from the ledger itself.
        try ledger.copyOut(to: home)
      } catch {
        log("\(home.path) is not renewed, what was added is in \(file.path): \(error)")
      }
      return value
    }
  }

  /// Whether no one has continued the sweep in the run folder beyond a ledger that was left elsewhere.
  private func isNewest(_ file: URL) throws -> Bool {
    guard FileManager.default.fileExists(atPath: home.path) else { return true }
    try Ledger.emptyLog(of: home)
    let (mine, theirs) = (try Ledger(path: file.path), try Ledger(reading: home.path))
    defer {
      try? mine.close()
      try? theirs.close()
    }
    return try mine.continues(theirs)
  }

  private func takeLock(against known: ScratchRecord.Place) throws -> RunLock {
    let path = run.appending(path: "coordinator.lock").path
    if case .held = RunLock.look(at: path) {
      throw LedgerError.held(path: home.path, host: known.host, file: known.path)
    }
    return try RunLock(path: path)
  }

  private static func adding<Value>(to path: String, _ body: (Ledger) throws -> Value) throws -> Value {
    let ledger = try Ledger(path: path)
    defer { try? ledger.close() }
    return try body(ledger)
  }
}
