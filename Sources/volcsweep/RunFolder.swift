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

  /// The run's ledger, opened to be added to; a sweep may be under way.
  ///
  /// - Throws: ``Installation/MissingResource`` where there is none, or what opening it throws, among them
  ///   `OwnFolder.Refusal` where others may write to the folder.
  func writableLedger() throws -> Ledger {
    try RunFolderCheck.check(url)
    return try Ledger(path: ledgerPath())
  }

  private func ledgerPath() throws -> String {
    let path = url.appending(path: "ledger.sqlite").path
    switch FileAccess.problem(reading: path) {
    case nil: break
    case FileAccess.notThere:
      throw Installation.MissingResource(description: "\(url.path) is no run folder: it has no ledger.sqlite")
    case let problem?: throw Installation.MissingResource(description: "\(path) \(problem)")
    }
    return path
  }
}
