import Foundation
import GRDB
import Interferometry
import SweepRecords

extension Ledger {
  /// Updates the files of the planned stacks. A stack is identified by volcano and frame, so one whose file was
  /// renamed keeps its interferograms, and a file that now holds another stack is planned as a new one.
  ///
  /// - Parameter found: the archive's stacks with their files, each volcano and frame once.
  /// - Returns: the numbers of planned stacks whose file holds another stack now (`gone`) or that duplicate
  ///   another planned stack (`copies`), and of those whose grid, location or name changed (`changed`).
  /// - Throws: ``LedgerError``; nothing is changed then.
  public func align(with found: [PlannedStack]) throws -> (gone: [Int], copies: [Int], changed: [Int]) {
    let planned = try stacks()
    let byFile = Dictionary(found.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
    func isSame(_ left: PlannedStack, _ right: PlannedStack) -> Bool {
      left.volcano == right.volcano && left.frame == right.frame
    }
    var gone: [Int] = []
    var copies: [Int] = []
    var renamed: [(id: Int, file: String)] = []
    var changed: [(id: Int, stack: PlannedStack)] = []
    for (id, stack) in planned.sorted(by: { $0.key < $1.key }) {
      guard let now = found.first(where: { isSame($0, stack) }) else {
        if let other = byFile[stack.file], !isSame(other, stack) {
          gone.append(id)
          renamed.append((id, Self.formerName(stack.file, id)))
        }
        continue
      }
      // Older versions could plan one stack several times; the one with this file counts, else the first.
      let rivals = planned.filter { isSame($0.value, stack) }.keys.sorted()
      let first = rivals.first { planned[$0]?.file == now.file } ?? rivals.first
      guard id == first else {
        copies.append(id)
        if byFile[stack.file].map({ !isSame($0, stack) }) == true {
          renamed.append((id, Self.formerName(stack.file, id)))
        }
        continue
      }
      if stack.file != now.file { renamed.append((id, now.file)) }
      var old = stack
      old.file = now.file
      if old != now { changed.append((id, now)) }
    }
    guard !renamed.isEmpty || !changed.isEmpty else { return (gone, copies, []) }
    let moved = changed.filter { id, stack in
      planned[id].map { $0.grid != stack.grid || $0.geoTransform != stack.geoTransform } ?? false
    }
    try transaction(.plan) { database in
      for (id, _) in moved {
        for table in ["activation", "interferogram_mask"] {
          try database.execute(
            sql: "DELETE FROM \(table) WHERE number IN (SELECT number FROM interferogram WHERE stack = ?)",
            arguments: [id])
        }
      }
      // Files may have swapped names, so all get temporary names first.
      for (id, _) in renamed {
        try database.execute(sql: "UPDATE stack SET file = '?' || id WHERE id = ?", arguments: [id])
      }
      for (id, file) in renamed {
        try database.execute(
          sql: "UPDATE OR IGNORE stack SET file = ? WHERE id = ?", arguments: [file, id])
      }
      for (id, stack) in changed {
        let transform = stack.geoTransform
        try database.execute(
          sql: """
            UPDATE stack SET volcano_name = ?, height = ?, width = ?, west = ?, north = ?, longitude_step = ?,
              latitude_step = ? WHERE id = ?
            """,
          arguments: [
            stack.volcanoName, stack.grid.height, stack.grid.width, transform.west, transform.north,
            transform.longitudeStep, transform.latitudeStep, id,
          ])
      }
    }
    return (gone, copies, moved.map(\.id))
  }

  /// Name in the plan of a stack whose file name passed to another stack.
  private static func formerName(_ file: String, _ id: Int) -> String { "\(file).replaced-\(id)" }
}
