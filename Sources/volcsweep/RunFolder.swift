import Coordination
import FileReasons
import Foundation
import Ledger

/// A run's folder, as a command is given it that does not sweep.
struct RunFolder {
  let url: URL

  init(_ path: String) {
    url = URL(fileURLWithPath: path, isDirectory: true).absoluteURL
  }

  /// The run's ledger, opened to be read.
  ///
  /// - Throws: ``Installation/MissingResource`` where there is none, or what opening it throws.
  func ledger() throws -> Ledger { try Ledger(reading: ledgerPath()) }

  /// Adds to the run's ledger, wherever that is kept.
  ///
  /// - Parameters:
  ///   - hasLock: whether the caller has the run's lock. Without it a sweep may be under way.
  ///   - body: is given the ledger, open until it returns.
  /// - Returns: what `body` returns.
  /// - Throws: ``Installation/MissingResource`` where there is none, or what opening it throws, among them
  ///   `OwnFolder.Refusal` where others may write to the folder and `LedgerError` where the ledger is elsewhere.
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
