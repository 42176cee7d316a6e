import GRDB
import Interferometry

/// An interferogram whose stored outcome or data mask differs from what was written.
public struct DamagedOutcome: Hashable, Sendable {
  /// The interferogram's number in the plan.
  public let number: Int
  /// Volcano, frame and dates as stored.
  public let name: String
  /// The earlier scoring it belongs to; `nil` for the current one.
  public let earlierScoring: Int?

  /// The outcome's code as stored.
  let storedOutcome: Int?
  /// The damaged mask; `nil` if the outcome is damaged.
  let mask: Int?

  /// What is damaged, as text.
  public var reason: String {
    mask == nil
      ? "its stored outcome does not match its checksum" : "its stored data mask does not match its checksum"
  }

  init(_ row: Row, earlierScoring: Int? = nil, mask: Int? = nil) {
    self.mask = mask
    func text(_ column: String) -> String { String.fromDatabaseValue(row[column] as DatabaseValue) ?? "?" }
    storedOutcome = Int.fromDatabaseValue(row["outcome"] as DatabaseValue)
    number = Int.fromDatabaseValue(row["number"] as DatabaseValue) ?? 0
    name = "\(text("volcano"))/\(text("frame"))/\(text("pair"))"
    self.earlierScoring = earlierScoring
  }
}

extension Ledger {
  /// SQL for every column that an outcome's checksum covers, and the checksum.
  static let outcomesWithChecksums = outcomesWithChecksums(columns: ScoreColumn.names)

  /// The same for a ledger that has only these columns of scores.
  static func outcomesWithChecksums(columns: String) -> String {
    """
    SELECT interferogram.number, interferogram.stack, interferogram.pair, outcome, reason, execution.epoch,
      \(columns), checksum, stack.volcano, stack.frame
    FROM interferogram LEFT JOIN stack ON stack.id = interferogram.stack
    LEFT JOIN score ON score.number = interferogram.number
    LEFT JOIN execution ON execution.number = interferogram.number
    LEFT JOIN outcome_checksum ON outcome_checksum.number = interferogram.number AND scoring = 0
    """
  }

  static let earlierOutcomesWithChecksums = """
    SELECT earlier_result.*, interferogram.stack, interferogram.pair, checksum, stack.volcano, stack.frame
    FROM earlier_result LEFT JOIN interferogram ON interferogram.number = earlier_result.number
    LEFT JOIN stack ON stack.id = interferogram.stack
    LEFT JOIN outcome_checksum ON outcome_checksum.number = earlier_result.number
      AND outcome_checksum.scoring = earlier_result.scoring
    """

  /// Whether the ledger has checksums: older versions, opened read-only, have none.
  static func hasChecksums(_ database: Database) throws -> Bool {
    try database.tableExists("outcome_checksum")
  }

  /// SQL that joins an interferogram's checksum, if the ledger has checksums.
  static func checksumJoin(_ hasChecksums: Bool) -> String {
    hasChecksums
      ? "LEFT JOIN outcome_checksum ON outcome_checksum.number = interferogram.number AND scoring = 0" : ""
  }

  /// All damaged outcomes in plan order, then those of earlier scorings, then interferograms with damaged data
  /// masks.
  ///
  /// - Throws: ``LedgerError``.
  public func damagedOutcomes() throws -> [DamagedOutcome] {
    try reading { database in
      guard try Self.hasChecksums(database) else { return [] }
      var damaged = try Self.damagedOutcomes(database)
      let earlier = try Row.fetchCursor(database, sql: Self.earlierOutcomesWithChecksums)
      while let row = try earlier.next() {
        if OutcomeChecksum.isIntact(row) { continue }
        damaged.append(
          DamagedOutcome(row, earlierScoring: Int.fromDatabaseValue(row["scoring"] as DatabaseValue) ?? 0))
      }
      return try damaged + Self.outcomesWithDamagedMasks(database)
    }
  }

  private static func damagedOutcomes(_ database: Database) throws -> [DamagedOutcome] {
    var damaged: [DamagedOutcome] = []
    let rows = try Row.fetchCursor(database, sql: outcomesWithChecksums + " ORDER BY interferogram.number")
    while let row = try rows.next() {
      if !OutcomeChecksum.isIntact(row) { damaged.append(DamagedOutcome(row)) }
    }
    return damaged
  }

  /// Removes damaged outcomes of the current scoring, so that they are recomputed, and damaged masks together
  /// with the outcomes computed from pixels. Interferograms that are quarantined, unreadable, open or not in
  /// the plan lose only their mask.
  ///
  /// - Returns: the interferograms to be recomputed.
  /// - Throws: ``LedgerError``; the ledger is then unchanged.
  @discardableResult
  public func reopenDamaged() throws -> [DamagedOutcome] {
    let outcomes = try reading { try Self.damagedOutcomes($0) }
    let masks = try reading { try Self.outcomesWithDamagedMasks($0) }
    guard !outcomes.isEmpty || !masks.isEmpty else { return [] }
    let numbers = Set(outcomes.map(\.number))
    let unmasked = masks.filter {
      ($0.storedOutcome == 1 || $0.storedOutcome == 2) && !numbers.contains($0.number)
    }
    let time = Self.now
    try transaction(.plan) { database in
      for number in outcomes.map(\.number) {
        for table in ["from_activations", "score", "execution", "interferogram_mask"] {
          try database.execute(sql: "DELETE FROM \(table) WHERE number = ?", arguments: [number])
        }
        try database.execute(
          sql: "DELETE FROM outcome_checksum WHERE number = ? AND scoring = 0", arguments: [number])
        try database.execute(
          sql: "UPDATE interferogram SET outcome = 0, reason = NULL, unit = 0 WHERE number = ?", arguments: [number]
        )
      }
      for damaged in unmasked {
        try Self.withdraw(damaged.number, cause: damaged.reason, time: time, into: 0, database)
      }
      for mask in Set(masks.compactMap(\.mask)) {
        try database.execute(sql: "DELETE FROM interferogram_mask WHERE mask = ?", arguments: [mask])
        try database.execute(sql: "DELETE FROM data_mask WHERE id = ?", arguments: [mask])
      }
    }
    return outcomes + unmasked
  }
}
