import GRDB

extension Ledger {
  /// Reopens unreadable interferograms: this outcome holds for one run of the command, and the next run tries
  /// again. Their units, with history, stay.
  ///
  /// - Parameter stacks: numbers of the stacks concerned; `nil` for all.
  /// - Returns: the number reopened.
  /// - Throws: ``LedgerError``; none is reopened then.
  @discardableResult
  public func reopenUnreadable(ofStacks stacks: Set<Int>? = nil) throws -> Int {
    let those = stacks.map { " AND stack IN (\($0.sorted().map(String.init).joined(separator: ", ")))" } ?? ""
    return try transaction(.plan) { try Self.reopen("outcome = 4\(those)", $0) }
  }

  /// Reopens interferograms and deletes their outcomes.
  ///
  /// - Parameters:
  ///   - condition: SQL condition on a row of `interferogram`.
  ///   - database: a connection inside a transaction.
  /// - Returns: the number reopened.
  /// - Throws: errors of the database.
  static func reopen(_ condition: String, _ database: Database) throws -> Int {
    for table in ["from_activations", "score", "execution"] {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE number IN (SELECT number FROM interferogram WHERE \(condition))")
    }
    try database.execute(
      sql: """
        DELETE FROM outcome_checksum
          WHERE scoring = 0 AND number IN (SELECT number FROM interferogram WHERE \(condition))
        """)
    try database.execute(sql: "UPDATE interferogram SET outcome = 0, reason = NULL WHERE \(condition)")
    return database.changesCount
  }
}
