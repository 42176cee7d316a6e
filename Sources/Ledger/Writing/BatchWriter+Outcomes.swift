import Foundation
import GRDB
import Interferometry
import SweepRecords

extension BatchWriter {
  /// Writes outcomes of interferograms that have none yet, with their execution.
  func insert(_ outcomes: [RecordedOutcome], at time: Int64) throws {
    guard !outcomes.isEmpty else { return }
    let close = try PreparedStatement(
      database, "UPDATE interferogram SET outcome = ?, reason = ? WHERE number = ? AND outcome = 0")
    let score = try PreparedStatement(
      database,
      "INSERT INTO score (number, \(ScoreColumn.names)) "
        + "VALUES (?\(String(repeating: ", ?", count: ScoreColumn.all.count)))")
    let execution = try PreparedStatement(
      database, "INSERT INTO execution VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    let checksums = try ChecksumWriter(database, epoch: epoch)
    execution.bind(2, epoch)
    execution.bind(6, time)
    for recorded in outcomes {
      switch recorded.outcome {
      case .scored:
        close.bind(1, 1)
        close.bindNull(2)
      case .rejected(let reason):
        close.bind(1, 2)
        close.bind(2, reason)
      case .quarantined(let reason):
        close.bind(1, 3)
        close.bind(2, reason)
      case .unreadable(let reason):
        close.bind(1, 4)
        close.bind(2, reason)
      }
      close.bind(3, recorded.number)
      guard try close.run() == 1 else { continue }
      if case .scored(let result) = recorded.outcome { try insert(result, recorded.number, score) }
      execution.bind(1, recorded.number)
      execution.bind(3, Int64(clamping: recorded.unit))
      execution.bind(4, recorded.attempt)
      execution.bind(5, recorded.worker)
      let seconds = recorded.seconds
      execution.bind(7, Double(seconds.read))
      execution.bind(8, Double(seconds.gray))
      execution.bind(9, Double(seconds.gate))
      execution.bind(10, Double(seconds.network))
      execution.bind(11, Double(seconds.merge))
      try execution.run()
      try checksums.insert(recorded)
      try insertActivations(of: recorded)
      try insertMask(of: recorded)
      if let hash = recorded.pixelHash { try insert(pixelHash: hash, of: recorded.number) }
    }
  }

  /// Stores the hash of the pixels behind an outcome. If it differs from the expected one, the state of the
  /// stack's file becomes unknown, and the next start compares it completely.
  private func insert(pixelHash hash: Data, of number: Int) throws {
    try hash.withUnsafeBytes { bytes in
      let doubt = try PreparedStatement(
        database,
        """
        UPDATE stack_state SET stamp = NULL
        WHERE stack = (SELECT stack FROM interferogram WHERE number = ?1)
          AND EXISTS (SELECT 1 FROM pixel_hash WHERE number = ?1 AND hash <> ?2)
        """)
      doubt.bind(1, number)
      doubt.bind(2, staying: bytes)
      try doubt.run()
      let keep = try PreparedStatement(database, "INSERT OR REPLACE INTO pixel_hash VALUES (?, ?)")
      keep.bind(1, number)
      keep.bind(2, staying: bytes)
      try keep.run()
    }
  }

  private func insertActivations(of recorded: RecordedOutcome) throws {
    if recorded.isFromActivations {
      let mark = try PreparedStatement(database, "INSERT INTO from_activations VALUES (?)")
      mark.bind(1, recorded.number)
      try mark.run()
    }
    guard let (layer, lease) = recorded.activation else { return }
    let store = try PreparedStatement(database, "INSERT OR REPLACE INTO activation VALUES (?, ?, ?, ?, ?)")
    store.bind(1, recorded.number)
    store.bind(2, layer)
    store.bind(3, lease.epoch)
    store.bind(4, Int64(clamping: lease.unit))
    store.bind(5, lease.attempt)
    try store.run()
  }

  private func insert(_ result: DetectionResult, _ number: Int, _ score: PreparedStatement) throws {
    score.bind(1, number)
    for (index, column) in zip(Int32(2)..., ScoreColumn.all) {
      switch column.value(result) {
      case .null: score.bindNull(index)
      case .integer(let value): score.bind(index, value)
      case .real(let value): score.bind(index, value)
      case .floats(let values): values.withUnsafeBytes { score.bind(index, $0) }
      case .bytes(let bytes): bytes.withUnsafeBytes { score.bind(index, $0) }
      }
    }
    try score.run()
  }
}
