import Foundation
import GRDB

extension OutcomeChecksum {
  /// Computes the checksum of a row that joins `interferogram`, or `earlier_result`, with `score` and
  /// `execution`.
  init(_ row: Row) {
    for name in ["number", "stack", "pair", "outcome", "reason", "epoch"] { add(row, name) }
    for column in ScoreColumn.first { add(row, column.name) }
    // As in rows of ledgers without these columns, and of what is not scored.
    let isLikeOlder = ScoreColumn.added.allSatisfy { column in
      switch (row[column.name] as DatabaseValue?)?.storage {
      case .null, nil: true
      case .int64(let value): value == 1
      default: false
      }
    }
    guard !isLikeOlder else { return }
    for column in ScoreColumn.added { add(row, column.name) }
  }

  private mutating func add(_ row: Row, _ name: String) {
    switch (row[name] as DatabaseValue?)?.storage {
    case .int64(let value): add(value)
    case .double(let value): add(value)
    case .string(let value): add(value)
    case .blob(let value): value.withUnsafeBytes { add(blob: $0) }
    case .null, nil: addNull()
    }
  }

  /// Whether a row with a column `checksum` has an undamaged outcome, or none.
  static func isIntact(_ row: Row) -> Bool {
    let (outcome, checksum) = (integer(row, "outcome"), integer(row, "checksum"))
    // Interferograms that are open or left the plan have neither score nor execution.
    guard let outcome, outcome != 0, outcome != 5 else {
      return outcome != nil && isNull(row, "epoch") && isNull(row, "patch_probabilities")
    }
    return checksum == OutcomeChecksum(row).value
  }

  private static func integer(_ row: Row, _ name: String) -> Int64? {
    guard case .int64(let value) = (row[name] as DatabaseValue?)?.storage else { return nil }
    return value
  }

  private static func isNull(_ row: Row, _ name: String) -> Bool { (row[name] as DatabaseValue?)?.isNull ?? true }
}
