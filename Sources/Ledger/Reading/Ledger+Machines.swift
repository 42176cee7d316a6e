import GRDB
import Interferometry
import SweepRecords

/// A worker, for reports.
public struct KnownWorker: Hashable, Sendable {
  /// Host and process, `host:pid`.
  public let name: String
  /// `nil` for workers recorded before machine kinds were stored.
  public let kind: MachineKind?

  /// The worker with its machine, as far as that is known.
  public var inWords: String { kind.map { "\(name) (\($0.processor), \($0.blasKernel))" } ?? name }
}

/// A second result of an interferogram that differs from the first.
public struct KnownDifference: Hashable, Sendable {
  /// Volcano, frame and dates.
  public let id: InterferogramID
  /// The worker whose result counts; `nil` if unknown.
  public let first: KnownWorker?
  /// The worker whose result was dropped; `nil` if unknown.
  public let second: KnownWorker?
  /// What differs and by how much, as text.
  public let detail: String
  /// Milliseconds since 1970.
  public let time: Int64
}

extension Ledger {
  /// Number of outcomes by kind of machine, most first. Outcomes without a worker, or with one of unknown kind,
  /// are not counted.
  public func machineKinds() throws -> [(kind: MachineKind, interferograms: Int)] {
    try reading { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          WITH done AS (SELECT epoch, worker, count(*) AS n FROM execution GROUP BY epoch, worker)
          SELECT processor, blas_kernel, plan_hash, sum(n) AS n FROM done
          JOIN worker ON worker.epoch = done.epoch AND worker.number = done.worker
          JOIN machine_kind ON machine_kind.id = worker.kind
          GROUP BY machine_kind.id ORDER BY n DESC, processor, blas_kernel, plan_hash
          """)
      return rows.compactMap { row in MachineKind(row).map { ($0, row["n"]) } }
    }
  }

  /// All results that were dropped because they differ from another machine's, in order of arrival.
  public func differences() throws -> [KnownDifference] {
    try reading { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT volcano, frame, pair, difference.detail, difference.time, first.name AS first_name,
            first.kind AS first_kind, second.name AS second_name, second.kind AS second_kind
          FROM difference JOIN interferogram USING (number) JOIN stack ON stack.id = interferogram.stack
          LEFT JOIN execution USING (number)
          LEFT JOIN worker AS first ON first.epoch = execution.epoch AND first.number = execution.worker
          LEFT JOIN worker AS second ON second.epoch = difference.epoch AND second.number = difference.worker
          ORDER BY sequence
          """)
      let kinds = try Self.kinds(database)
      return try rows.map { row in
        KnownDifference(
          id: try InterferogramID(row, path: path),
          first: KnownWorker(name: row["first_name"], kind: row["first_kind"], of: kinds),
          second: KnownWorker(name: row["second_name"], kind: row["second_kind"], of: kinds),
          detail: row["detail"], time: row["time"])
      }
    }
  }

  /// Execution plan of the network on each kind of machine, in the workers' encoding.
  public func machinePlans() throws -> [String: String] {
    try reading { database in
      try Row.fetchAll(database, sql: "SELECT machine, document FROM plan").reduce(into: [:]) {
        $0[$1["machine"]] = $1["document"]
      }
    }
  }

  static func kinds(_ database: Database) throws -> [Int: MachineKind] {
    try Row.fetchAll(database, sql: "SELECT * FROM machine_kind").reduce(into: [:]) { kinds, row in
      kinds[row["id"]] = MachineKind(row)
    }
  }
}

extension KnownWorker {
  init?(name: String?, kind: Int?, of kinds: [Int: MachineKind]) {
    guard let name else { return nil }
    self.init(name: name, kind: kind.flatMap { kinds[$0] })
  }
}

extension MachineKind {
  init?(_ row: Row) {
    guard let processor: String = row["processor"], let kernel: String = row["blas_kernel"],
      let hash: String = row["plan_hash"]
    else { return nil }
    self.init(processor: processor, blasKernel: kernel, planHash: hash)
  }
}

extension InterferogramID {
  init(_ row: Row, path: String) throws {
    let text: String = row["pair"]
    guard let pair = DatePair(text) else {
      throw LedgerError.damagedRow(
        path: path, detail: "an interferogram of \(row["volcano"] as String) has dates \(text)")
    }
    self.init(volcano: row["volcano"], frame: row["frame"], pair: pair)
  }
}
