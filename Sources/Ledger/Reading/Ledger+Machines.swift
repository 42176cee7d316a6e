import GRDB
import Interferometry
import SweepRecords

/// A worker as reports name it.
public struct KnownWorker: Hashable, Sendable {
  /// Host and process, `host:pid`.
  public let name: String
  /// `nil` for workers of the time before kinds were kept.
  public let kind: MachineKind?

  /// The worker with its machine, as far as that is known.
  public var inWords: String { kind.map { "\(name) (\($0.processor), \($0.blasKernel))" } ?? name }
}

/// A result that came second and is not what the first was.
public struct KnownDifference: Hashable, Sendable {
  public let id: InterferogramID
  /// Whose result counts; `nil` where that is not known.
  public let first: KnownWorker?
  /// Whose result was dropped; `nil` where that is not known.
  public let second: KnownWorker?
  /// In words: what differs and by how much.
  public let detail: String
  /// Milliseconds since 1970.
  public let time: Int64
}

extension Ledger {
  /// Which kinds of machines the outcomes came from and how many each, most first. Outcomes of no worker, or of one
  /// whose kind was not kept, are not among them.
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

  /// Every result that was dropped because it is not what another machine found, in the order they came.
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

  /// By which plan each kind of machine computes the sweep's network, in the workers' words.
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
