import GRDB

extension Schema {
  /// A checksum for each outcome.
  private static let version8 = """
    CREATE TABLE outcome_checksum (
      number INTEGER NOT NULL REFERENCES interferogram,
      -- 0 for what the sweep is now, else that of earlier_scoring
      scoring INTEGER NOT NULL,
      -- see OutcomeChecksum
      checksum INTEGER NOT NULL,
      PRIMARY KEY (number, scoring)
    ) STRICT, WITHOUT ROWID;
    """

  /// Creates the table and fills it, assuming that existing outcomes are intact.
  static func addChecksums(_ database: Database) throws {
    try database.execute(sql: version8)
    let insert = try PreparedStatement(database, "INSERT INTO outcome_checksum VALUES (?, ?, ?)")
    for (sql, scoring) in [
      (Ledger.outcomesWithChecksums(columns: ScoreColumn.firstNames) + " WHERE outcome > 0", "0"),
      (Ledger.earlierOutcomesWithChecksums, "scoring"),
    ] {
      let rows = try Row.fetchCursor(database, sql: sql)
      while let row = try rows.next() {
        insert.bind(1, row["number"] as Int)
        insert.bind(2, scoring == "0" ? 0 : row["scoring"] as Int)
        insert.bind(3, OutcomeChecksum(row).value)
        try insert.run()
      }
    }
  }
}
