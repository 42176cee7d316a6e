import Foundation
import GRDB
import Interferometry
import SweepRecords

extension OutcomeCounts {
  /// Counts an interferogram with a damaged outcome as one without.
  public mutating func forget(_ damaged: DamagedOutcome) {
    switch damaged.storedOutcome {
    case 1: scored -= 1
    case 2: rejected -= 1
    case 3: quarantined -= 1
    case 4: unreadable -= 1
    default: break
    }
  }
}

/// An interferogram with its outcome.
public struct InterferogramWithOutcome: Sendable {
  /// Volcano, frame and dates.
  public let id: InterferogramID
  /// The stack's number in the plan.
  public let stack: Int
  /// `nil` while it is open.
  public let outcome: Outcome?
  /// The interferogram's number in the plan.
  public let number: Int
  /// Epoch of the coordinator that recorded the outcome; `nil` if there is none.
  public let epoch: Int?
  /// Why the stored outcome is ignored: it differs from what was written. `nil` if it is intact.
  public private(set) var damage: String?

  init(id: InterferogramID, stack: Int, outcome: Outcome?, number: Int, epoch: Int?) {
    (self.id, self.stack, self.outcome, self.number, self.epoch) = (id, stack, outcome, number, epoch)
  }

  /// An interferogram with a damaged outcome; `nil` if not even its name can be read.
  init?(damaged row: Row) {
    func text(_ column: String) -> String? { String.fromDatabaseValue(row[column] as DatabaseValue) }
    guard let volcano = text("volcano"), let frame = text("frame"),
      let pair = text("pair").flatMap({ DatePair($0) }),
      let stack = Int.fromDatabaseValue(row["stack"] as DatabaseValue)
    else { return nil }
    let damaged = DamagedOutcome(row)
    self.init(
      id: InterferogramID(volcano: volcano, frame: frame, pair: pair), stack: stack, outcome: nil,
      number: damaged.number, epoch: nil)
    damage = damaged.reason
  }
}

extension Ledger {
  /// Counts of the whole sweep.
  public func counts() throws -> OutcomeCounts {
    try reading { database in
      var counts = OutcomeCounts()
      let rows = try Row.fetchAll(
        database, sql: "SELECT outcome, count(*) AS n FROM interferogram WHERE outcome < 5 GROUP BY outcome")
      for row in rows {
        let number: Int = row["n"]
        counts.planned += number
        switch row["outcome"] as Int {
        case 1: counts.scored = number
        case 2: counts.rejected = number
        case 3: counts.quarantined = number
        case 4: counts.unreadable = number
        default: break
        }
      }
      return counts
    }
  }

  /// How many scored interferograms of the plan have a maximum probability above a threshold (0 to 1).
  public func candidateCount(above threshold: Double) throws -> Int {
    try reading { database in
      try Int.fetchOne(
        database,
        sql: """
          SELECT count(*) FROM interferogram JOIN score ON score.number = interferogram.number
          WHERE interferogram.outcome = 1 AND maximum_probability > ?
          """, arguments: [threshold]) ?? 0
    }
  }

  /// The keys of all planned volcanoes, in order.
  public func volcanoes() throws -> [String] {
    // Only those whose names are valid file names.
    Set(try stacks().values.map(\.volcano)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// All interferograms of one volcano, by frame, then dates. Those with a damaged outcome have none, see
  /// ``InterferogramWithOutcome/damage``; those with damaged dates are left out.
  public func interferograms(ofVolcano volcano: String) throws -> [InterferogramWithOutcome] {
    try contents(ofVolcano: volcano).interferograms
  }

  /// ``interferograms(ofVolcano:)``, and everything that is damaged.
  public func contents(ofVolcano volcano: String) throws
    -> (interferograms: [InterferogramWithOutcome], damaged: [DamagedOutcome])
  {
    try reading { database in
      let hasChecksums = try Self.hasChecksums(database)
      // CROSS keeps SQLite from scanning all interferograms for each volcano.
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT interferogram.*, stack.file, stack.volcano, stack.volcano_name, stack.frame, execution.epoch, score.*
            \(hasChecksums ? ", checksum" : "") FROM stack
          CROSS JOIN interferogram ON interferogram.stack = stack.id
          LEFT JOIN score ON score.number = interferogram.number
          LEFT JOIN execution ON execution.number = interferogram.number
          \(Self.checksumJoin(hasChecksums))
          WHERE stack.volcano = ? AND interferogram.outcome < 5 ORDER BY stack.frame, interferogram.pair
          """, arguments: [volcano])
      var outcomes: [InterferogramWithOutcome] = []
      var damaged: [DamagedOutcome] = []
      var named: [Int: Bool] = [:]
      while let row = try rows.next() {
        let stack: Int = row["stack"]
        let isNamed = named[stack] ?? (Self.nameProblem(ofStack: row) == nil)
        named[stack] = isNamed
        guard isNamed else { continue }
        if hasChecksums, !OutcomeChecksum.isIntact(row) {
          damaged.append(DamagedOutcome(row))
          if let left = InterferogramWithOutcome(damaged: row) { outcomes.append(left) }
          continue
        }
        let id = try InterferogramID(row, path: path)
        outcomes.append(
          InterferogramWithOutcome(
            id: id, stack: row["stack"], outcome: try Self.outcome(from: row, id.description, path: path),
            number: row["number"], epoch: row["epoch"]))
      }
      return (outcomes, damaged)
    }
  }

  /// Mean duration of each stage over the scored interferograms, seconds, and their number.
  public func meanStageSeconds() throws -> (mean: StageSeconds, count: Int) {
    try reading { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT count(*) AS n, avg(read_seconds) AS a, avg(gray_seconds) AS b, avg(gate_seconds) AS c,
            avg(network_seconds) AS d, avg(merge_seconds) AS e
          FROM execution JOIN interferogram USING (number) WHERE outcome = 1
          """)
      guard let row else { return (StageSeconds(), 0) }
      func value(_ name: String) -> Float { Float(row[name] as Double? ?? 0) }
      return (
        StageSeconds(
          read: value("a"), gray: value("b"), gate: value("c"), network: value("d"), merge: value("e")),
        row["n"]
      )
    }
  }
}
