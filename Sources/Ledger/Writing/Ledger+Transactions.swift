import Foundation
import GRDB
import GRDBSQLite

extension Ledger {
  /// Fail points before, inside and after a transaction.
  struct Places {
    let before: FailPoint
    let inside: FailPoint
    let after: FailPoint

    static let bind = Places(before: .bindBefore, inside: .bindInside, after: .bindAfter)
    static let note = Places(before: .noteBefore, inside: .noteInside, after: .noteAfter)
    static let plan = Places(before: .planBefore, inside: .planInside, after: .planAfter)
    static let planUnits = Places(before: .planUnitsBefore, inside: .planUnitsInside, after: .planUnitsAfter)
    static let beginEpoch = Places(before: .beginEpochBefore, inside: .beginEpochInside, after: .beginEpochAfter)
    static let write = Places(before: .writeBefore, inside: .writeBeforeCommit, after: .writeAfterCommit)
    static let endEpoch = Places(before: .endEpochBefore, inside: .endEpochInside, after: .endEpochAfter)
  }

  /// Runs `body` in one transaction; durable on return. If it throws, nothing was written, except for
  /// ``LedgerError/diskFailed(path:detail:)``: then the content is uncertain, and all later calls throw the
  /// same error.
  func transaction<Value>(_ places: Places, _ body: (Database) throws -> Value) throws -> Value {
    precondition(!(reader is DatabaseSnapshot), "a state of the ledger is only read")
    if let failure = failure.withLock({ $0 }) { throw failure }
    try refuseIfDisplaced()
    FailPoint.reach(places.before)
    let result: Value?
    do {
      result = try database.writeWithoutTransaction { try committed($0, places, body) }
    } catch {
      try refuseIfDisplaced()
      throw error
    }
    guard let value = result else { preconditionFailure("a transaction that was committed has its value") }
    FailPoint.reach(places.after)
    // A transaction is durable only if the file still has its name.
    try refuseIfDisplaced()
    return value
  }

  private func committed<Value>(_ database: Database, _ places: Places, _ body: (Database) throws -> Value) throws
    -> Value?
  {
    do {
      var value: Value?
      try database.inTransaction(.immediate) {
        value = try body(database)
        FailPoint.reach(places.inside)
        return .commit
      }
      return value
    } catch let error as DatabaseError {
      let systemError = sqlite3_system_errno(database.sqliteConnection)
      throw noted(LedgerError(error, systemError: systemError, path: path))
    }
  }

  /// Reads the last committed state.
  func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
    // A new connection would open another file.
    try refuseIfDisplaced()
    do {
      return try reader.read(body)
    } catch let error as DatabaseError {
      try refuseIfDisplaced()
      throw LedgerError(error, path: path)
    }
  }

  private func noted(_ error: LedgerError) -> LedgerError {
    guard case .diskFailed = error else { return error }
    failure.withLock { $0 = error }
    return error
  }

  /// Milliseconds since 1970.
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
