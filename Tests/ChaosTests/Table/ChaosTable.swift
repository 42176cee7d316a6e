import Foundation
import Synchronization

/// What was injected and what happened, a row a case, printed when the harness ends.
enum ChaosTable {
  struct Row: Sendable {
    var name: String
    var injected: String
    var happened: String
    var seconds: Double
    /// `nil` where the case ended before its results were there.
    var isSameBytes: Bool?
  }

  private static let rows = Mutex<[Row]>([])

  static func add(_ row: Row) { rows.withLock { $0.append(row) } }

  static func print() {
    let rows = rows.withLock { $0 }
    guard !rows.isEmpty else { return }
    var lines = [["case", "injected", "what happened", "seconds", "same bytes"]]
    for row in rows {
      let same = row.isSameBytes.map { $0 ? "yes" : "NO" } ?? "-"
      lines.append([row.name, row.injected, row.happened, String(format: "%.0f", row.seconds), same])
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let scale = ChaosSettings.isLong ? "long" : "short"
    Swift.print("\nchaos, seed \(ChaosSettings.seed), \(scale) form, \(ChaosSettings.workers) workers")
    for line in lines {
      let cells = zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      Swift.print(cells.joined(separator: " | "))
    }
    fflush(nil)
  }
}
