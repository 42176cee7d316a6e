import GRDB
import Interferometry
import SweepRecords

/// Writes the checksums of outcomes along with the outcomes.
struct ChecksumWriter {
  private let epoch: Int
  private let plan: PreparedStatement
  private let insert: PreparedStatement

  init(_ database: Database, epoch: Int) throws {
    self.epoch = epoch
    plan = try PreparedStatement(
      database, "SELECT stack, pair, outcome, reason FROM interferogram WHERE number = ?")
    insert = try PreparedStatement(database, "INSERT OR REPLACE INTO outcome_checksum VALUES (?, 0, ?)")
  }

  /// Call after the outcome's own row is written.
  func insert(_ recorded: RecordedOutcome) throws {
    var checksum = OutcomeChecksum()
    checksum.add(recorded.number)
    plan.bind(1, recorded.number)
    try plan.forEachRow {
      checksum.add(plan.integer(0))
      checksum.add(plan.text(1) ?? "")
      checksum.add(plan.integer(2))
      if let reason = plan.text(3) { checksum.add(reason) } else { checksum.addNull() }
    }
    checksum.add(epoch)
    if case .scored(let result) = recorded.outcome {
      checksum.add(result)
    } else {
      for _ in ScoreColumn.first { checksum.addNull() }
    }
    insert.bind(1, recorded.number)
    insert.bind(2, checksum.value)
    try insert.run()
  }
}
