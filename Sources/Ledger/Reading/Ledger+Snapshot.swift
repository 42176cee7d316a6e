import GRDB

extension Ledger {
  /// The ledger as it is now, to be read from several times while others write to it: every read sees the same state.
  /// Nothing can be written through it.
  ///
  /// - Returns: itself where it is such a state already.
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
