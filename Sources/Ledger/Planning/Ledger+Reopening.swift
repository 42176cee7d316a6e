import GRDB

extension Ledger {
  /// Opens the unreadable interferograms again: an outcome of this kind is that of one run of the command, and the next
  /// one tries them anew. Their units and the history of these stay.
  ///
  /// - Parameter stacks: the numbers of the stacks whose interferograms are meant; `nil` for all.
  /// - Returns: how many were opened.
  /// - Throws: ``LedgerError``; then none was.
  @discardableResult
  public func reopenUnreadable(ofStacks stacks: Set<Int>? = nil) throws -> Int {
    let those = stacks.map { " AND stack IN (\($0.sorted().map(String.init).joined(separator: ", ")))" } ?? ""
    return try transaction(.plan) { try Self.reopen("outcome = 4\(those)", $0) }
  }

  /// Opens interferograms again and removes what their outcomes consist of.
  ///
  /// - Parameters:
  ///   - condition: which, in SQL over a row of `interferogram`.
  ///   - database: inside a transaction.
  /// - Returns: how many were opened.
  /// - Throws: what the database throws.
  static func reopen(_ condition: String, _ database: Database) throws -> Int {
    for table in ["from_activations", "score", "execution"] {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE number IN (SELECT number FROM interferogram WHERE \(condition))")
    }
    try database.execute(sql: "UPDATE interferogram SET outcome = 0, reason = NULL WHERE \(condition)")
    return database.changesCount
  }
}
