import Foundation
import GRDB
import Interferometry

/// A scoring that ended when the sweep's model or method changed.
public struct EarlierScoring: Hashable, Sendable {
  /// Counted from 1, in the order in which they ended.
  public let number: Int
  /// What its results depend on.
  public let identity: SweepIdentity
  /// Its last epoch; outcomes of later epochs belong to the next scoring.
  public let lastEpoch: Int
  /// Milliseconds since 1970.
  public let ended: Int64
}

/// Effect of a change of model or method on existing outcomes.
public struct ScoringChange: Hashable, Sendable {
  /// What differs, as text.
  public let differences: [String]
  /// Number of outcomes that are recomputed.
  public let stale: Int
  /// Number of outcomes that stay valid.
  public let valid: Int
}

extension Ledger {
  /// Effect of another identity on the outcomes; `nil` if the ledger is bound to that identity, or to none.
  public func change(to identity: SweepIdentity, stale: (SweepIdentity) -> StaleOutcomes) throws -> ScoringChange? {
    guard let known = try self.identity() else { return nil }
    let differences = identity.differences(from: known)
    guard !differences.isEmpty else { return nil }
    let outcomes = stale(known)
    return try reading { database in
      let count = try Int.fetchOne(
        database,
        sql: "SELECT count(*) FROM interferogram LEFT JOIN score USING (number) WHERE \(outcomes.condition)",
        arguments: StatementArguments(outcomes.arguments))
      let all = try Int.fetchOne(database, sql: "SELECT count(*) FROM interferogram WHERE outcome BETWEEN 1 AND 4")
      return ScoringChange(differences: differences, stale: count ?? 0, valid: (all ?? 0) - (count ?? 0))
    }
  }

  /// Binds the ledger to another identity: current outcomes are stored as earlier results, and stale ones are
  /// reopened. One transaction.
  ///
  /// - Parameters:
  ///   - identity: the new identity.
  ///   - stale: the outcomes it invalidates, given the previous identity.
  /// - Throws: ``LedgerError``; the ledger is then unchanged.
  public func rebind(to identity: SweepIdentity, stale: (SweepIdentity) -> StaleOutcomes) throws {
    let now = Self.now
    try transaction(.bind) { database in
      guard let known = SweepIdentity(entries: try Self.entries(database)) else {
        return try Self.store(identity, database)
      }
      let scoring = (try Int.fetchOne(database, sql: "SELECT max(number) FROM earlier_scoring") ?? 0) + 1
      try database.execute(
        sql: "INSERT INTO earlier_scoring SELECT ?, coalesce(max(epoch), 0), ?, ? FROM epoch",
        arguments: [scoring, now, known.document])
      try database.execute(
        sql: """
          INSERT INTO earlier_result (number, scoring, outcome, reason, \(ScoreColumn.names), epoch, unit, attempt,
              worker, recorded)
            SELECT interferogram.number, ?, outcome, reason, \(ScoreColumn.names), epoch, execution.unit, attempt,
              worker, recorded
            FROM interferogram LEFT JOIN score USING (number) LEFT JOIN execution USING (number) WHERE outcome BETWEEN 1 AND 4
          """, arguments: [scoring])
      try database.execute(
        sql: """
          INSERT INTO outcome_checksum
            SELECT number, ?, checksum FROM outcome_checksum JOIN interferogram USING (number)
            WHERE scoring = 0 AND outcome BETWEEN 1 AND 4
          """, arguments: [scoring])
      let outcomes = stale(known)
      try database.execute(
        sql: """
          CREATE TEMP TABLE stale AS SELECT interferogram.number FROM interferogram LEFT JOIN score USING (number)
          WHERE \(outcomes.condition)
          """, arguments: StatementArguments(outcomes.arguments))
      for table in ["from_activations", "score", "execution"] {
        try database.execute(sql: "DELETE FROM \(table) WHERE number IN (SELECT number FROM temp.stale)")
      }
      try database.execute(
        sql: "DELETE FROM outcome_checksum WHERE scoring = 0 AND number IN (SELECT number FROM temp.stale)")
      try database.execute(
        sql: """
          UPDATE interferogram SET outcome = 0, reason = NULL, unit = 0 WHERE number IN (SELECT number FROM temp.stale);
          -- The kernel plan of another network does not apply to this one.
          DELETE FROM plan;
          DROP TABLE temp.stale;
          """)
      try Self.store(identity, database)
      try Self.noteOutsideChange(database)
    }
  }

  /// All earlier scorings, oldest first.
  public func earlierScorings() throws -> [EarlierScoring] {
    try reading { database in
      // A read-only ledger of an older version.
      guard try database.tableExists("earlier_scoring") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT * FROM earlier_scoring ORDER BY number").map { row in
        guard let identity = SweepIdentity(document: row["identity"]) else {
          throw LedgerError.damagedRow(
            path: path, detail: "scoring \(row["number"] as Int) does not say what it was")
        }
        return EarlierScoring(
          number: row["number"], identity: identity, lastEpoch: row["last_epoch"], ended: row["ended"])
      }
    }
  }

  /// All outcomes at the end of an earlier scoring, by volcano, frame, then dates.
  public func interferograms(ofEarlierScoring scoring: Int) throws -> [InterferogramWithOutcome] {
    try reading { database in
      let hasChecksums = try Self.hasChecksums(database)
      let sql =
        hasChecksums
        ? Self.earlierOutcomesWithChecksums + " WHERE earlier_result.scoring = ? ORDER BY volcano, frame, pair"
        : """
        SELECT earlier_result.*, stack.id AS stack, volcano, frame, pair FROM earlier_result
        JOIN interferogram USING (number) JOIN stack ON stack.id = interferogram.stack
        WHERE scoring = ? ORDER BY volcano, frame, pair
        """
      let rows = try Row.fetchCursor(database, sql: sql, arguments: [scoring])
      var outcomes: [InterferogramWithOutcome] = []
      while let row = try rows.next() {
        if hasChecksums, !OutcomeChecksum.isIntact(row) {
          if let damaged = InterferogramWithOutcome(damaged: row) { outcomes.append(damaged) }
          continue
        }
        let id = try InterferogramID(row, path: path)
        outcomes.append(
          InterferogramWithOutcome(
            id: id, stack: row["stack"], outcome: try Self.outcome(from: row, id.description, path: path),
            number: row["number"], epoch: row["epoch"]))
      }
      return outcomes
    }
  }
}
