import GRDB
import Interferometry
import SweepRecords

/// A withdrawn outcome.
public struct KnownWithdrawal: Hashable, Sendable {
  /// The outcome that was withdrawn.
  public let outcome: Outcome
  /// The worker that delivered it; `nil` if unknown.
  public let worker: KnownWorker?
  /// Who withdrew it and why.
  public let cause: String
  /// Milliseconds since 1970.
  public let time: Int64
}

extension Ledger {
  /// Worker deaths attributed to units with open interferograms, by unit.
  public func losses() throws -> [UInt64: [LoggedLoss]] {
    try reading { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT loss.* FROM loss WHERE unit IN (SELECT DISTINCT unit FROM interferogram WHERE outcome = 0)
          ORDER BY unit, position
          """
      ).reduce(into: [:]) { losses, row in
        losses[UInt64(clamping: row["unit"] as Int64), default: []].append(
          LoggedLoss(
            seat: LoggedSeat(host: row["host"], slot: row["slot"]), weight: row["weight"],
            standing: row["standing"]))
      }
    }
  }

  /// Claims of workers about open interferograms.
  public func claims() throws -> [KnownClaim] {
    try reading { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT claim.* FROM claim JOIN interferogram USING (number) WHERE outcome = 0
          ORDER BY number, epoch, worker
          """
      ).map {
        KnownClaim(
          number: $0["number"], seat: LoggedSeat(host: $0["host"], slot: $0["slot"]), reason: $0["reason"])
      }
    }
  }

  /// Outcomes that a worker delivered since one of its results was last confirmed, including earlier sessions
  /// of the same process.
  ///
  /// - Parameters:
  ///   - epoch: the coordinator's epoch.
  ///   - worker: its number in that epoch.
  /// - Returns: the interferograms, in plan order.
  /// - Throws: ``LedgerError``.
  public func unconfirmed(epoch: Int, worker: Int) throws -> [BroughtInterferogram] {
    try reading { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT interferogram.*, score.*, execution.unit AS lease, stack.file FROM worker AS meant
          JOIN worker ON worker.name = meant.name
          JOIN execution ON execution.epoch = worker.epoch AND execution.worker = worker.number
          JOIN interferogram ON interferogram.number = execution.number JOIN stack ON stack.id = interferogram.stack
          LEFT JOIN score ON score.number = interferogram.number
          WHERE meant.epoch = ? AND meant.number = ? AND outcome IN (1, 2)
            AND recorded >= coalesce((SELECT recorded FROM confirmation WHERE confirmation.name = meant.name), 0)
          ORDER BY interferogram.number
          """, arguments: [epoch, worker])
      return try rows.compactMap { try brought($0) }
    }
  }

  /// The most recently scored interferograms, at most one per unit.
  public func scoredLast(limit: Int) throws -> [BroughtInterferogram] {
    try reading { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT interferogram.*, score.*, execution.unit AS lease, stack.file FROM execution
          JOIN interferogram USING (number) JOIN stack ON stack.id = interferogram.stack
          JOIN score ON score.number = interferogram.number
          WHERE outcome = 1 AND execution.unit > 0 ORDER BY recorded DESC, number LIMIT ?
          """, arguments: [64 * limit])
      var units: Set<UInt64> = []
      let some = try rows.compactMap { try brought($0) }.filter { units.insert($0.unit).inserted }
      return Array(some.prefix(limit))
    }
  }

  /// The worker whose result counts, and when it was recorded, milliseconds since 1970; `nil` if there is none.
  public func origin(ofInterferogram number: Int) throws -> (epoch: Int, worker: Int, recorded: Int64)? {
    try reading { database in
      try Row.fetchOne(
        database, sql: "SELECT epoch, worker, recorded FROM execution WHERE number = ?", arguments: [number]
      ).map { ($0["epoch"], $0["worker"], $0["recorded"]) }
    }
  }

  private func brought(_ row: Row) throws -> BroughtInterferogram? {
    let text: String = row["pair"]
    guard let pair = DatePair(text) else {
      throw LedgerError.damagedRow(
        path: path, detail: "an interferogram of \(row["file"] as String) has dates \(text)")
    }
    let number: Int = row["number"]
    guard let outcome = try Self.outcome(from: row, "interferogram \(number)", path: path) else { return nil }
    return BroughtInterferogram(
      number: number, unit: UInt64(clamping: row["lease"] as Int64), stack: row["stack"], pair: pair,
      outcome: outcome)
  }

  /// Withdrawn outcomes of an interferogram, oldest first.
  func withdrawals(of number: Int, _ kinds: [Int: MachineKind], _ database: Database) throws -> [KnownWithdrawal] {
    guard try database.tableExists("withdrawal") else { return [] }
    return try Row.fetchAll(
      database,
      sql: """
        SELECT withdrawal.*, worker.name, worker.kind FROM withdrawal
        LEFT JOIN worker ON worker.epoch = withdrawal.epoch AND worker.number = withdrawal.worker
        WHERE withdrawal.number = ? ORDER BY sequence
        """, arguments: [number]
    ).compactMap { row in
      let probability: Double? = row["maximum_probability"]
      let reason: String = row["reason"] ?? "unknown"
      var score = DetectionResult.unread
      score.maximumProbability = Float(probability ?? .nan)
      let outcome: Outcome =
        switch row["outcome"] as Int {
        case 1: .scored(score)
        case 2: .rejected(reason: reason)
        case 4: .unreadable(reason: reason)
        default: .quarantined(reason: reason)
        }
      return KnownWithdrawal(
        outcome: outcome, worker: KnownWorker(name: row["name"], kind: row["kind"], of: kinds), cause: row["cause"],
        time: row["time"])
    }
  }
}
