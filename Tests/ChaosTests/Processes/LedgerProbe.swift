import Foundation
import GRDB

/// Looks into a run's ledger while its coordinator writes it, and changes nothing: not even by closing the last
/// connection, which would tidy up what a killed coordinator left.
struct LedgerProbe {
  let path: String

  struct Counts: Equatable {
    var open = 0
    var scored = 0
    var rejected = 0
    var unreadable = 0
    var quarantined = 0

    var planned: Int { open + done }
    var done: Int { scored + rejected + unreadable + quarantined }
  }

  /// `nil` while there is nothing to be read.
  var counts: Counts? {
    let rows = query("SELECT outcome, count(*) AS n FROM interferogram GROUP BY outcome")
    guard let rows, !rows.isEmpty else { return nil }
    var counts = Counts()
    for row in rows {
      let number: Int = row["n"]
      switch row["outcome"] as Int {
      case 0: counts.open = number
      case 1: counts.scored = number
      case 2: counts.rejected = number
      case 3: counts.quarantined = number
      case 4: counts.unreadable = number
      // What left the plan.
      default: break
      }
    }
    return counts
  }

  /// Coordinators that have begun.
  var epochs: Int {
    query("SELECT count(*) AS n FROM epoch")?.first.map { $0["n"] } ?? 0
  }

  /// Steps of units that ended in one state, or, where a stimulus is given, that it brought about.
  func transitions(to state: String? = nil, by stimulus: String? = nil) -> Int {
    let conditions = [
      state.map { "\(word("to_state")) = '\($0)'" }, stimulus.map { "\(word("stimulus")) = '\($0)'" },
    ]
    let all = conditions.compactMap { $0 }.joined(separator: " AND ")
    return query("SELECT count(*) AS n FROM transition WHERE \(all)")?.first.map { $0["n"] } ?? 0
  }

  private func word(_ column: String) -> String { "(SELECT text FROM word WHERE id = transition.\(column))" }

  /// Rows, or `nil` where the file, its tables or a quiet moment are missing.
  func query(_ sql: String) -> [Row]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(1)
    return try? DatabaseQueue(path: path, configuration: configuration).read { try Row.fetchAll($0, sql: sql) }
  }
}
