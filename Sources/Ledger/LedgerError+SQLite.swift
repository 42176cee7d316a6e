import Foundation
import GRDB

extension LedgerError {
  /// Classifies an SQLite error of an open ledger.
  ///
  /// - Parameters:
  ///   - error: what GRDB threw.
  ///   - systemError: `errno` of the system call behind it, 0 where unknown.
  ///   - path: the ledger's.
  init(_ error: DatabaseError, systemError: Int32 = 0, path: String) {
    let detail = error.message ?? error.description
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_IOERR where Self.isLackOfSpace(error.extendedResultCode, systemError): self = .diskFull(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH:
      self = .damagedRow(path: path, detail: detail)
    default:
      let cause = systemError == 0 ? "" : ", \(String(cString: strerror(systemError)))"
      self = .diskFailed(path: path, detail: "\(detail), \(error.extendedResultCode.rawValue)\(cause)")
    }
  }

  /// Classifies an error that occurred while the ledger was opened.
  init(opening path: String, _ error: DatabaseError) {
    switch error.resultCode {
    case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_READONLY:
      self.init(error, path: path)
    default: self = .notALedger(path: path, detail: error.message ?? error.description)
    }
  }

  /// Whether a full disk refused the call without a trace. A failed sync never counts as such, whatever its
  /// reason.
  private static func isLackOfSpace(_ code: ResultCode, _ systemError: Int32) -> Bool {
    guard systemError == ENOSPC || systemError == EDQUOT else { return false }
    return code == .SQLITE_IOERR_WRITE || code == .SQLITE_IOERR_SHMSIZE || code == .SQLITE_IOERR_TRUNCATE
  }
}
