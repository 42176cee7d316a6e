import GRDB
import SweepRecords

extension BatchWriter {
  func insert(_ units: [UnitLosses]) throws {
    guard !units.isEmpty else { return }
    let delete = try PreparedStatement(database, "DELETE FROM loss WHERE unit = ?")
    let insert = try PreparedStatement(
      database, "INSERT INTO loss (unit, position, host, slot, weight, standing) VALUES (?, ?, ?, ?, ?, ?)")
    for unit in units {
      let id = Int64(clamping: unit.unit)
      delete.bind(1, id)
      try delete.run()
      insert.bind(1, id)
      for (position, loss) in unit.losses.enumerated() {
        insert.bind(2, position)
        insert.bind(3, loss.seat.host)
        insert.bind(4, loss.seat.slot)
        insert.bind(5, loss.weight)
        insert.bind(6, loss.standing)
        try insert.run()
      }
    }
  }

  func insert(_ claims: [LoggedClaim]) throws {
    guard !claims.isEmpty else { return }
    let insert = try PreparedStatement(
      database,
      "INSERT OR IGNORE INTO claim (number, epoch, worker, host, slot, reason, time) VALUES (?, ?, ?, ?, ?, ?, ?)")
    insert.bind(2, epoch)
    for claim in claims {
      insert.bind(1, claim.number)
      insert.bind(3, claim.worker)
      insert.bind(4, claim.seat.host)
      insert.bind(5, claim.seat.slot)
      insert.bind(6, claim.reason)
      insert.bind(7, claim.time)
      try insert.run()
    }
  }

  func insert(_ confirmations: [Confirmation]) throws {
    guard !confirmations.isEmpty else { return }
    let insert = try PreparedStatement(
      database,
      """
      INSERT INTO confirmation SELECT name, ? FROM worker WHERE epoch = ? AND number = ?
        ON CONFLICT (name) DO UPDATE SET recorded = max(recorded, excluded.recorded)
      """)
    for confirmation in confirmations {
      insert.bind(1, confirmation.recorded)
      insert.bind(2, epoch)
      insert.bind(3, confirmation.worker)
      try insert.run()
    }
  }

  /// Reopens interferograms in new units; their outcomes are stored as withdrawals.
  func reopen(_ reopenings: [Reopening]) throws {
    guard !reopenings.isEmpty else { return }
    let unit = try PreparedStatement(database, "INSERT INTO unit (id, stack, parent, blame) VALUES (?, ?, ?, 0)")
    for reopening in reopenings {
      for new in reopening.units {
        let id = Int64(clamping: new.id)
        unit.bind(1, id)
        unit.bind(2, new.stack)
        unit.bind(3, Int64(clamping: new.parent))
        try unit.run()
        for number in new.interferograms {
          try Ledger.withdraw(number, cause: reopening.cause, time: reopening.time, into: id, database)
        }
      }
    }
  }
}

extension Ledger {
  /// Withdraws an outcome: the interferogram is open again, in a unit or in none (0).
  ///
  /// - Returns: whether it had an outcome.
  @discardableResult
  static func withdraw(_ number: Int, cause: String, time: Int64, into unit: Int64, _ database: Database) throws
    -> Bool
  {
    let keep = try PreparedStatement(
      database,
      """
      INSERT INTO withdrawal (number, outcome, reason, maximum_probability, epoch, unit, attempt, worker, recorded, time,
          cause)
        SELECT interferogram.number, outcome, reason, maximum_probability, epoch, execution.unit, attempt, worker,
          recorded, ?2, ?3
        FROM interferogram LEFT JOIN score USING (number) LEFT JOIN execution USING (number)
        WHERE interferogram.number = ?1 AND outcome > 0
      """)
    keep.bind(1, number)
    keep.bind(2, time)
    keep.bind(3, cause)
    guard try keep.run() == 1 else { return false }
    for table in ["from_activations", "activation", "score", "execution", "claim", "interferogram_mask"] {
      let delete = try PreparedStatement(database, "DELETE FROM \(table) WHERE number = ?")
      delete.bind(1, number)
      try delete.run()
    }
    let checksum = try PreparedStatement(
      database, "DELETE FROM outcome_checksum WHERE number = ? AND scoring = 0")
    checksum.bind(1, number)
    try checksum.run()
    let open = try PreparedStatement(
      database, "UPDATE interferogram SET outcome = 0, reason = NULL, unit = ? WHERE number = ?")
    open.bind(1, unit)
    open.bind(2, number)
    try open.run()
    return true
  }
}
