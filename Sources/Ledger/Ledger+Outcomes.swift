import Foundation
import GRDB
import Interferometry

/// An outcome with how it came about.
public struct RecordedOutcome: Sendable {
  public var number: Int
  public var outcome: Outcome
  public var unit: UInt64
  public var attempt: Int
  public var worker: String
  public var seconds: StageSeconds

  public init(
    number: Int, outcome: Outcome, unit: UInt64 = 0, attempt: Int = 0, worker: String = "",
    seconds: StageSeconds = StageSeconds()
  ) {
    self.number = number
    self.outcome = outcome
    self.unit = unit
    self.attempt = attempt
    self.worker = worker
    self.seconds = seconds
  }
}

extension Ledger {
  /// Writes outcomes in one transaction, durable when this returns. An interferogram that has one keeps it.
  ///
  /// - Throws: ``LedgerError/superseded(path:ownEpoch:epoch:)`` when a newer coordinator has begun; then nothing is
  ///   written.
  public func record(_ outcomes: [RecordedOutcome], epoch: Int) throws {
    guard !outcomes.isEmpty else { return }
    try database.write { database in
      let newest = try Int.fetchOne(database, sql: "SELECT max(epoch) FROM epoch") ?? 0
      guard newest == epoch else {
        throw LedgerError.superseded(path: path, ownEpoch: epoch, epoch: newest)
      }
      let now = Date().ISO8601Format()
      let close = try database.cachedStatement(
        sql: "UPDATE interferogram SET outcome = ?, reason = ? WHERE number = ? AND outcome = 0")
      for recorded in outcomes {
        switch recorded.outcome {
        case .scored: try close.execute(arguments: [1, nil, recorded.number])
        case .rejected(let reason): try close.execute(arguments: [2, reason, recorded.number])
        case .quarantined(let reason): try close.execute(arguments: [3, reason, recorded.number])
        }
        guard database.changesCount == 1 else { continue }
        if case .scored(let result) = recorded.outcome { try Self.insert(result, recorded.number, database) }
        try Self.insertExecution(recorded, epoch: epoch, at: now, database)
      }
    }
  }

  private static func insert(_ result: DetectionResult, _ number: Int, _ database: Database) throws {
    let blob = result.patchProbabilities.withUnsafeBytes { Data($0) }
    try database.cachedStatement(
      sql: "INSERT INTO score VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      number, Double(result.maximumProbability), result.row, result.column, result.latitudeDegrees,
      result.longitudeDegrees, result.pixelsAbove05, result.pixelsAbove08, result.keptPatches,
      Double(result.noDataShare), result.meanCoherence.map { Double($0) }, result.patchRows, result.patchColumns,
      blob,
    ])
  }

  private static func insertExecution(
    _ recorded: RecordedOutcome, epoch: Int, at now: String, _ database: Database
  ) throws {
    let seconds = recorded.seconds
    try database.cachedStatement(
      sql: "INSERT INTO execution VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      recorded.number, epoch, Int64(clamping: recorded.unit), recorded.attempt, recorded.worker, now,
      Double(seconds.read), Double(seconds.gray), Double(seconds.gate), Double(seconds.network),
      Double(seconds.merge),
    ])
  }
}
