import GRDB
import Interferometry
import SweepRecords

extension Ledger {
  /// The recorded history of one interferogram.
  ///
  /// - Parameter number: the interferogram's number in the plan.
  /// - Returns: `nil` for a number that is not in the plan.
  /// - Throws: ``LedgerError``.
  public func history(ofInterferogram number: Int) throws -> InterferogramHistory? {
    let differences = try differences()
    let earlier = try earlierScorings()
    return try reading { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT interferogram.*, score.*, stack.volcano, stack.frame, stack.file FROM interferogram
          JOIN stack ON stack.id = interferogram.stack LEFT JOIN score ON score.number = interferogram.number
          WHERE interferogram.number = ?
          """, arguments: [number])
      guard let row else { return nil }
      let id = try InterferogramID(row, path: path)
      let units = try Self.units(downTo: row["unit"], stack: row["stack"], database)
      let kinds = try Self.kinds(database)
      return InterferogramHistory(
        number: number, id: id, file: row["file"], units: units,
        steps: try Self.steps(of: units.map(\.id), kinds, database), epochs: try Self.epochs(database),
        outcome: try Self.outcome(from: row, id.description, path: path),
        execution: try Self.execution(of: number, kinds, database), differences: differences.filter { $0.id == id },
        earlier: try self.earlier(earlier, of: number, id, database),
        withdrawals: try withdrawals(of: number, kinds, database),
        inputChanges: try inputChanges(of: number, database))
    }
  }

  private func earlier(
    _ scorings: [EarlierScoring], of number: Int, _ id: InterferogramID, _ database: Database
  ) throws -> [InterferogramHistory.Earlier] {
    try scorings.compactMap { scoring in
      let row = try Row.fetchOne(
        database, sql: "SELECT * FROM earlier_result WHERE number = ? AND scoring = ?",
        arguments: [number, scoring.number])
      guard let row, let outcome = try Self.outcome(from: row, id.description, path: path) else { return nil }
      return InterferogramHistory.Earlier(
        scoring: scoring.number, model: scoring.identity.model, modelSHA256: scoring.identity.modelSHA256,
        outcome: outcome)
    }
  }

  private static func units(downTo last: Int64, stack: Int64, _ database: Database) throws
    -> [InterferogramHistory.Unit]
  {
    guard last > 0 else { return [] }
    let rows = try Row.fetchAll(
      database, sql: "SELECT id, parent, blame FROM unit WHERE stack = ? ORDER BY id", arguments: [stack])
    let known = Dictionary(rows.map { ($0["id"] as Int64, $0) }, uniquingKeysWith: { first, _ in first })
    let children = Dictionary(grouping: rows.map { $0["id"] as Int64 }) { known[$0]?["parent"] ?? Int64(0) }
    let holding = try Row.fetchAll(
      database, sql: "SELECT unit, count(*) AS n FROM interferogram WHERE stack = ? GROUP BY unit",
      arguments: [stack])
    let ended = Dictionary(holding.map { ($0["unit"] as Int64, $0["n"] as Int) }, uniquingKeysWith: +)
    // An interferogram is stored with the last unit it was in, so a unit's size counts what ended in it or its
    // descendants.
    func size(_ unit: Int64) -> Int {
      (children[unit] ?? []).filter { $0 > unit }.reduce(ended[unit] ?? 0) { $0 + size($1) }
    }
    var chain: [InterferogramHistory.Unit] = []
    var next = last
    // Children have greater numbers than their parents, so a damaged ledger cannot cause a cycle.
    while next > 0, let row = known[next] {
      chain.append(
        InterferogramHistory.Unit(
          id: UInt64(next), interferograms: size(next), blame: row["blame"],
          children: (children[next] ?? []).map { UInt64($0) }))
      let parent: Int64 = row["parent"]
      next = parent < next ? parent : 0
    }
    return chain.reversed()
  }

  private static func steps(of units: [UInt64], _ kinds: [Int: MachineKind], _ database: Database) throws
    -> [InterferogramHistory.Step]
  {
    guard !units.isEmpty else { return [] }
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT transition.*, a.text AS from_word, b.text AS to_word, c.text AS stimulus_word, worker.name, worker.kind
        FROM transition JOIN word AS a ON a.id = from_state JOIN word AS b ON b.id = to_state
        JOIN word AS c ON c.id = stimulus
        LEFT JOIN worker ON worker.epoch = transition.epoch AND worker.number = transition.worker
        WHERE unit IN (\(units.map(String.init).joined(separator: ", "))) ORDER BY sequence
        """)
    return rows.map { row in
      InterferogramHistory.Step(
        epoch: row["epoch"], unit: UInt64(row["unit"] as Int64), attempt: row["attempt"],
        worker: KnownWorker(name: row["name"], kind: row["kind"], of: kinds), from: row["from_word"],
        to: row["to_word"], stimulus: row["stimulus_word"], detail: row["detail"] ?? "", time: row["time"])
    }
  }

  private static func epochs(_ database: Database) throws -> [InterferogramHistory.Epoch] {
    try Row.fetchAll(database, sql: "SELECT * FROM epoch ORDER BY epoch").map { row in
      InterferogramHistory.Epoch(
        number: row["epoch"], host: row["host"], pid: row["pid"], started: row["started"], ended: row["ended"])
    }
  }

  private static func execution(of number: Int, _ kinds: [Int: MachineKind], _ database: Database) throws
    -> InterferogramHistory.Execution?
  {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT execution.*, worker.name, worker.kind FROM execution
        LEFT JOIN worker ON worker.epoch = execution.epoch AND worker.number = execution.worker
        WHERE execution.number = ?
        """, arguments: [number])
    guard let row else { return nil }
    func seconds(_ name: String) -> Float { Float(row[name] as Double) }
    return InterferogramHistory.Execution(
      epoch: row["epoch"], unit: UInt64(clamping: row["unit"] as Int64), attempt: row["attempt"],
      worker: KnownWorker(name: row["name"], kind: row["kind"], of: kinds), recorded: row["recorded"],
      seconds: StageSeconds(
        read: seconds("read_seconds"), gray: seconds("gray_seconds"), gate: seconds("gate_seconds"),
        network: seconds("network_seconds"), merge: seconds("merge_seconds")))
  }
}
