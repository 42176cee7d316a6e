import GRDB

extension Ledger {
  /// A read-only snapshot of the ledger: all reads through it see the same state while others write.
  ///
  /// - Returns: this ledger if it is a snapshot already.
  /// - Throws: ``LedgerError``.
  public func snapshot() throws -> Ledger {
    guard let pool = database as? DatabasePool, !(reader is DatabaseSnapshot) else { return self }
    try refuseIfDisplaced()
    do {
      return Ledger(path: path, database: database, reader: try pool.makeSnapshot())
    } catch let error as DatabaseError {
      throw LedgerError(error, path: path)
    }
  }
}
