import Foundation
import GRDB

extension Ledger {
  /// Binds the ledger to a sweep at the first call; later calls check that it is the same one.
  ///
  /// - Throws: ``LedgerError/otherSweep(path:differences:)`` naming what changed.
  public func bind(to identity: SweepIdentity) throws {
    try transaction(.bind) { database in
      let stored = try Self.entries(database)
      guard !stored.isEmpty else { return try Self.store(identity, database) }
      // A ledger of an older volcsweep lacks what was always the same then.
      guard let known = SweepIdentity(entries: stored) else {
        throw LedgerError.damagedRow(path: path, detail: "what the sweep depends on is not all there")
      }
      let differences = identity.differences(from: known)
      guard differences.isEmpty else { throw LedgerError.otherSweep(path: path, differences: differences) }
    }
  }

  /// What the sweep's results depend on, as ``bind(to:)`` stored it; `nil` before.
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

  /// Keeps the sweep's candidate threshold, which no result of an interferogram depends on.
  public func keep(candidateThreshold: Double) throws {
    try note("candidate_threshold", String(candidateThreshold))
  }

  /// The threshold that was kept last; `nil` when none was.
  public func candidateThreshold() throws -> Double? {
    try note("candidate_threshold").flatMap { Double($0) }
  }

  /// Keeps the job that the sweep is run by, as its reader writes it.
  public func keep(job: String) throws {
    try note("job", job)
  }

  /// The job that was kept last; `nil` when none was.
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

  /// Starts a new epoch: from now on a coordinator of an older one can write nothing.
  public func beginEpoch(host: String, pid: Int32) throws -> Int {
    try transaction(.beginEpoch) { database in
      let epoch = (try Int.fetchOne(database, sql: "SELECT max(epoch) FROM epoch") ?? 0) + 1
      try database.execute(
        sql: "INSERT INTO epoch (epoch, host, pid, started) VALUES (?, ?, ?, ?)",
        arguments: [epoch, host, pid, Date().ISO8601Format()])
      return epoch
    }
  }

  /// Notes that the epoch's coordinator ended in good order.
  public func endEpoch(_ epoch: Int) throws {
    try transaction(.endEpoch) { database in
      try database.execute(
        sql: "UPDATE epoch SET ended = ? WHERE epoch = ?", arguments: [Date().ISO8601Format(), epoch])
    }
    // The results that are written next may need its room.
    database.writeWithoutTransaction { log.empty($0) }
  }
}
