import Files
import Foundation
import GRDB

extension Ledger {
  /// Checks that the ledger's path still refers to the open files.
  ///
  /// - Throws: ``LedgerError/displaced(path:detail:rescued:)``, for this and all later calls, after an attempt
  ///   to save the content to a file next to it.
  func refuseIfDisplaced() throws {
    guard let files, let reason = files.trouble() else { return }
    if let known = failure.withLock({ $0 }), case .displaced = known { throw known }
    let error = LedgerError.displaced(path: path, detail: reason, rescued: rescue())
    failure.withLock { $0 = error }
    throw error
  }

  /// - Returns: the file with all committed data; `nil` if none could be written.
  private func rescue() -> String? {
    let target = "\(path).rescued-\(getpid())-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
    do {
      try database.writeWithoutTransaction { database in
        try database.execute(sql: "VACUUM INTO ?", arguments: [target])
      }
      chmod(target, 0o600)
      try AtomicFile.synchronize(target)
      try AtomicFile.synchronizeFolder(of: target)
      return target
    } catch {
      unlink(target)
      return nil
    }
  }
}
