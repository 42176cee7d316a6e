import GRDB
import Interferometry

/// A name that does not identify one interferogram.
public struct UnknownInterferogram: Error, CustomStringConvertible {
  /// What is wrong with the name.
  public let problem: String
  /// Suggestions, best first.
  public let near: [String]

  public var description: String {
    near.isEmpty ? problem : "\(problem); did you mean\n  \(near.joined(separator: "\n  "))"
  }
}

extension Ledger {
  /// Looks up an interferogram by its number, by `volcano_frame_YYYYMMDD_YYYYMMDD` as in result files, or by
  /// any part of that which is unique in the plan (`volcano_YYYYMMDD_YYYYMMDD`, `YYYYMMDD_YYYYMMDD`).
  ///
  /// - Throws: ``UnknownInterferogram`` for no or several matches, ``LedgerError``.
  public func number(ofInterferogram name: String) throws -> Int {
    try reading { database in
      if let number = Int(name) { return try Self.known(number, database) }
      let stacks = try Row.fetchAll(database, sql: "SELECT id, volcano, frame FROM stack ORDER BY volcano, frame")
        .map { row in NamedStack(id: row["id"], volcano: row["volcano"], frame: row["frame"]) }
      guard let pair = DatePair(name.suffix(17)), name.dropLast(17).last ?? "_" == "_" else {
        throw try Self.withoutDates(name, stacks, database)
      }
      let prefix = String(name.dropLast(17).dropLast())
      let meant = stacks.meant(by: prefix)
      let found = try Self.interferograms(of: meant, pair, database)
      if found.count == 1 { return found[0].number }
      guard found.isEmpty else {
        throw UnknownInterferogram(
          problem: "\(name) is the name of \(found.count) interferograms", near: found.prefix(10).map(\.name))
      }
      if meant.isEmpty {
        let near = try stacks.nearest(to: prefix).flatMap { try Self.neighbours(of: pair, $0, 1, database) }
        throw UnknownInterferogram(problem: "the plan has no volcano and frame called \(prefix)", near: near)
      }
      let near = try meant.prefix(5).flatMap {
        try Self.neighbours(of: pair, $0, max(1, 5 / meant.count), database)
      }
      throw UnknownInterferogram(problem: "\(name) is not in the plan", near: near)
    }
  }

  private static func known(_ number: Int, _ database: Database) throws -> Int {
    let sql = "SELECT number FROM interferogram WHERE number = ?"
    if let found = try Int.fetchOne(database, sql: sql, arguments: [number]) { return found }
    let last = try Int.fetchOne(database, sql: "SELECT max(number) FROM interferogram") ?? 0
    throw UnknownInterferogram(
      problem: last == 0
        ? "the plan is empty" : "there is no interferogram \(number); the numbers in the plan are 1 to \(last)",
      near: [])
  }

  private static func withoutDates(_ name: String, _ stacks: [NamedStack], _ database: Database) throws
    -> UnknownInterferogram
  {
    let meant = stacks.meant(by: name)
    guard !meant.isEmpty else {
      return UnknownInterferogram(
        problem: "\(name) is not a number and does not end in two dates, as in volcano_frame_YYYYMMDD_YYYYMMDD",
        near: try stacks.nearest(to: name).flatMap { try neighbours(of: nil, $0, 1, database) })
    }
    return UnknownInterferogram(
      problem: "\(name) lacks the dates of an interferogram",
      near: try meant.prefix(5).flatMap { try neighbours(of: nil, $0, max(1, 5 / meant.count), database) })
  }

  private static func interferograms(of stacks: [NamedStack], _ pair: DatePair, _ database: Database) throws
    -> [(number: Int, name: String)]
  {
    try stacks.flatMap { stack in
      try Int.fetchAll(
        database, sql: "SELECT number FROM interferogram WHERE stack = ? AND pair = ?",
        arguments: [stack.id, pair.description]
      ).map { ($0, "\(stack.name)_\(pair)") }
    }
  }

  /// The stack's interferograms with the nearest dates, or its first ones.
  private static func neighbours(of pair: DatePair?, _ stack: NamedStack, _ count: Int, _ database: Database) throws
    -> [String]
  {
    let pairs = try String.fetchAll(
      database, sql: "SELECT pair FROM interferogram WHERE stack = ? ORDER BY pair", arguments: [stack.id]
    ).compactMap { DatePair($0) }
    guard let pair else { return pairs.prefix(count).map { "\(stack.name)_\($0)" } }
    func days(_ other: DatePair) -> Int {
      abs(other.primary.daysSince1970 - pair.primary.daysSince1970)
        + abs(other.secondary.daysSince1970 - pair.secondary.daysSince1970)
    }
    return pairs.sorted { (days($0), $0) < (days($1), $1) }.prefix(count).map { "\(stack.name)_\($0)" }
  }
}
