import Foundation
import GRDB

extension Ledger {
  /// Binds the ledger to a sweep on the first call; later calls check that the sweep is the same.
  ///
  /// - Throws: ``LedgerError/otherSweep(path:differences:)`` with the differences.
  public func bind(to identity: SweepIdentity) throws {
    try transaction(.bind) { database in
      let stored = try Self.entries(database)
      guard !stored.isEmpty else { return try Self.store(identity, database) }
      // Ledgers of older versions lack entries that were constant then.
      guard let known = SweepIdentity(entries: stored) else {
        throw LedgerError.damagedRow(path: path, detail: "what the sweep depends on is not all there")
      }
      let differences = identity.differences(from: known)
      guard differences.isEmpty else { throw LedgerError.otherSweep(path: path, differences: differences) }
    }
  }

  /// What the sweep's results depend on, as stored by ``bind(to:)``; `nil` before.
  public func identity() throws -> SweepIdentity? {
    try reading { SweepIdentity(entries: try Self.entries($0)) }
  }

  static func store(_ identity: SweepIdentity, _ database: Database) throws {
    for (key, value) in identity.entries.sorted(by: { $0.key < $1.key }) {
      try database.execute(
        sql: "INSERT INTO sweep VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        arguments: [key, value])
    }
  }

  static func entries(_ database: Database) throws -> [String: String] {
    try Row.fetchAll(database, sql: "SELECT key, value FROM sweep").reduce(into: [:]) {
      $0[$1["key"]] = $1["value"]
    }
  }

  /// Stores the sweep's candidate threshold. No interferogram's result depends on it.
  public func keep(candidateThreshold: Double) throws {
    try note("candidate_threshold", String(candidateThreshold))
  }

  /// The threshold stored last; `nil` for none.
  public func candidateThreshold() throws -> Double? {
    try note("candidate_threshold").flatMap { Double($0) }
  }

  /// Stores the fraction of deforming examples, 0 to 1, that the model's probabilities assume. No interferogram's
  /// result depends on it.
  public func keep(trainingPrior: Double) throws {
    try note("training_prior", String(trainingPrior))
  }

  /// The fraction stored last; `nil` for none.
  public func trainingPrior() throws -> Double? {
    try note("training_prior").flatMap { Double($0) }
  }

  /// Stores the sweep's job, in its reader's encoding.
  public func keep(job: String) throws {
    try note("job", job)
  }

  /// The job stored last; `nil` for none.
  public func job() throws -> String? { try note("job") }

  private func note(_ key: String, _ value: String) throws {
    try transaction(.note) { database in
      try database.execute(
        sql: """
          INSERT INTO note VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE note.value <> excluded.value
          """, arguments: [key, value])
      if database.changesCount > 0 { try Self.noteOutsideChange(database) }
    }
  }

  private func note(_ key: String) throws -> String? {
    try reading { try String.fetchOne($0, sql: "SELECT value FROM note WHERE key = ?", arguments: [key]) }
  }

  /// Starts a new epoch: from now on coordinators of older epochs cannot write.
  public func beginEpoch(host: String, pid: Int32) throws -> Int {
    try transaction(.beginEpoch) { database in
      let epoch = (try Int.fetchOne(database, sql: "SELECT max(epoch) FROM epoch") ?? 0) + 1
      try database.execute(
        sql: "INSERT INTO epoch (epoch, host, pid, started) VALUES (?, ?, ?, ?)",
        arguments: [epoch, host, pid, Date().ISO8601Format()])
      return epoch
    }
  }

  /// Records that the epoch's coordinator ended normally.
  public func endEpoch(_ epoch: Int) throws {
    try transaction(.endEpoch) { database in
      try database.execute(
        sql: "UPDATE epoch SET ended = ? WHERE epoch = ?", arguments: [Date().ISO8601Format(), epoch])
    }
    // Free the space for the results written next.
    database.writeWithoutTransaction { log.empty($0) }
  }
}
