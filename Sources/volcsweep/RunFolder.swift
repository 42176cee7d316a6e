import FileReasons
import Foundation
import Ledger
import SweepHost

/// A run's folder, for commands that do not sweep.
struct RunFolder {
  let url: URL

  init(_ path: String) {
    url = URL(fileURLWithPath: path, isDirectory: true).absoluteURL
  }

  /// Opens the run's ledger read-only.
  ///
  /// - Throws: ``Installation/MissingResource`` if there is none, or errors of opening it.
  func ledger() throws -> Ledger { try Ledger(reading: ledgerPath()) }

  /// Adds to the run's ledger, wherever that is.
  ///
  /// - Parameters:
  ///   - hasLock: whether the caller holds the run's lock. Without it a sweep may be running.
  ///   - body: receives the ledger, open until it returns.
  /// - Returns: the value of `body`.
  /// - Throws: ``Installation/MissingResource`` if there is none, or errors of opening it, such as
  ///   `OwnFolder.Refusal` if others may write to the folder and `LedgerError` if the ledger is elsewhere.
  func add<Value>(hasLock: Bool = false, _ body: (Ledger) throws -> Value) throws -> Value {
    try RunFolderCheck.check(url)
    _ = try ledgerPath()
    return try LedgerPlace(run: url, scratch: nil).add(
      hasLock: hasLock, log: { Terminal.say($0, .warning) }, body)
  }

  private func ledgerPath() throws -> String {
    let path = url.appending(path: "ledger.sqlite").path
    switch FileAccess.problem(reading: path) {
    case nil: break
    case FileAccess.notThere:
      if FileAccess.problem(finding: url.path) == FileAccess.notThere {
        let question = FileAccess.suggestion(for: url.path) {
          FileManager.default.fileExists(atPath: "\($0)/ledger.sqlite")
        }
        throw Installation.MissingResource(description: "the run folder \(url.path) does not exist\(question)")
      }
      throw Installation.MissingResource(description: "\(url.path) is not a run folder: it has no ledger.sqlite")
    case let problem?: throw Installation.MissingResource(description: "\(path) \(problem)")
    }
    return path
  }
}
