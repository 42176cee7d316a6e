import Foundation
import GRDB
import Interferometry

/// How many interferograms ended where.
public struct OutcomeCounts: Hashable, Sendable {
  public var planned = 0
  public var scored = 0
  public var rejected = 0
  public var quarantined = 0

  public init() {}

  /// Interferograms without an outcome.
  public var open: Int { planned - scored - rejected - quarantined }
}

/// An interferogram with its outcome.
public struct JudgedInterferogram: Sendable {
  public let id: InterferogramID
  public let stack: Int
  /// `nil` while it has none.
  public let outcome: Outcome?
  /// In the plan.
  public let number: Int
  /// The coordinator that wrote the outcome; `nil` where there is none.
  public let epoch: Int?
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
        default: break
        }
      }
      return counts
    }
  }

  /// The keys of all planned volcanoes, in order.
  public func volcanoes() throws -> [String] {
    // Of those whose names can be file names.
    Set(try stacks().values.map(\.volcano)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// All interferograms of one volcano, by frame, then dates.
  public func interferograms(ofVolcano volcano: String) throws -> [JudgedInterferogram] {
    try reading { database in
      // CROSS keeps SQLite from going through all interferograms for each volcano.
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT interferogram.*, stack.file, stack.volcano, stack.volcano_name, stack.frame, execution.epoch, score.*
          FROM stack
          CROSS JOIN interferogram ON interferogram.stack = stack.id LEFT JOIN score ON score.number = interferogram.number
          LEFT JOIN execution ON execution.number = interferogram.number
          WHERE stack.volcano = ? AND interferogram.outcome < 5 ORDER BY stack.frame, interferogram.pair
          """, arguments: [volcano])
      var judged: [JudgedInterferogram] = []
      var named: [Int: Bool] = [:]
      while let row = try rows.next() {
        let stack: Int = row["stack"]
        let isNamed = named[stack] ?? (Self.nameProblem(ofStack: row) == nil)
        named[stack] = isNamed
        guard isNamed else { continue }
        let text: String = row["pair"]
        guard let pair = DatePair(text) else {
          throw LedgerError.damagedRow(path: path, detail: "interferogram of \(volcano) has dates \(text)")
        }
        let id = InterferogramID(volcano: volcano, frame: row["frame"], pair: pair)
        judged.append(
          JudgedInterferogram(
            id: id, stack: row["stack"], outcome: try Self.outcome(from: row, id.description, path: path),
            number: row["number"], epoch: row["epoch"]))
      }
      return judged
    }
  }

  /// Mean seconds of each stage over the scored interferograms, and their number.
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
