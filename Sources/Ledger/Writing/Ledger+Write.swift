import Foundation
import GRDB
import GRDBSQLite
import SweepRecords

extension Ledger {
  /// Writes a batch in one transaction; durable on return. Interferograms that have an outcome keep it.
  ///
  /// - Parameters:
  ///   - batch: what to write.
  ///   - epoch: the writer's epoch.
  /// - Throws: ``LedgerError/superseded(path:ownEpoch:epoch:)`` if a newer epoch has started,
  ///   ``LedgerError/diskFull(path:)`` or ``LedgerError/locked(path:)``; nothing is written in these cases.
  ///   ``LedgerError/diskFailed(path:detail:)``: whether it was written is unknown until the ledger is
  ///   reopened.
  public func write(_ batch: LedgerBatch, epoch: Int) throws {
    guard !batch.isEmpty else { return }
    let known = words.withLock { $0 }
    let added = try makingRoom(.write) { database in
      try refuseUnlessNewest(epoch, database)
      var writer = BatchWriter(database, epoch: epoch, words: known)
      try writer.insert(batch.plans)
      try writer.insert(batch.workers)
      try writer.insert(batch.splits)
      try writer.update(batch.blames)
      try writer.insert(batch.losses)
      try writer.reopen(batch.reopenings)
      FailPoint.reach(.writeAfterUnits)
      try writer.insert(batch.outcomes, at: Self.now)
      FailPoint.reach(.writeAfterOutcomes)
      try writer.insert(batch.transitions)
      try writer.insert(batch.differences)
      try writer.insert(batch.claims)
      try writer.insert(batch.confirmations)
      return writer.addedWords
    }
    if !added.isEmpty { words.withLock { $0.merge(added) { old, _ in old } } }
    if log.isDue { database.writeWithoutTransaction { log.checkpoint($0) } }
  }

  /// ``transaction(_:_:)``; if the disk is full, the WAL is checkpointed as far as possible, so that a retry
  /// finds its space.
  private func makingRoom<Value>(_ places: Places, _ body: (Database) throws -> Value) throws -> Value {
    do {
      return try transaction(places, body)
    } catch LedgerError.diskFull(let path) {
      database.writeWithoutTransaction { log.checkpoint($0) }
      throw LedgerError.diskFull(path: path)
    }
  }

  /// Checks that no newer epoch has started.
  ///
  /// - Throws: ``LedgerError/superseded(path:ownEpoch:epoch:)`` if one has.
  public func check(epoch: Int) throws {
    try reading { try refuseUnlessNewest(epoch, $0) }
  }

  func refuseUnlessNewest(_ epoch: Int, _ database: Database) throws {
    let statement = try PreparedStatement(database, "SELECT max(epoch) FROM epoch")
    let newest = Int(try statement.firstInteger() ?? 0)
    guard newest == epoch else { throw LedgerError.superseded(path: path, ownEpoch: epoch, epoch: newest) }
  }
}
