import Foundation
import Interferometry
import Names

/// The volcanoes of the world, or of a user's list, each with one key.
public struct VolcanoCatalogue: Sendable {
  /// A volcano and the key that names its stacks.
  public struct Entry: Hashable, Sendable {
    public let volcano: Volcano
    /// `sierra_negra`, or `volcano_283030` for a name without Latin letters or digits whose number is known; where the
    /// list has a name more than once, every volcano of that name carries its catalogue number behind
    /// (`cerro_azul_353060`), or without numbers its place in hundredths of a degree (`unnamed_s0092w09141`), so that a
    /// key does not depend on the list's order.
    public let key: String
    /// The line of the list, from 1.
    public let line: Int
  }

  /// A line of the list that is not used, and why.
  public struct RejectedLine: Hashable, Sendable, CustomStringConvertible {
    public let line: Int
    public let problem: String

    public var description: String { "line \(line): \(problem)" }
  }

  /// In the list's order.
  public let entries: [Entry]
  /// The first ``rejectedLimit`` of them.
  public let rejectedLines: [RejectedLine]
  /// What a user may want to know of the list, though every volcano of it is used.
  public let notes: [String]
  /// Why the columns cannot be used, with the line that names them; then there are no entries.
  let columnProblem: String?

  /// Gives each volcano of a list its key.
  ///
  /// - Parameters:
  ///   - volcanoes: with their line numbers.
  ///   - rejectedLines: what the reading of the list already refused.
  ///   - notes: what the reading of the list noted.
  public init(
    volcanoes: [(volcano: Volcano, line: Int)], rejectedLines: [RejectedLine] = [], notes: [String] = []
  ) {
    self.init(volcanoes: volcanoes, rejectedLines: rejectedLines, notes: notes, columnProblem: nil)
  }

  init(
    volcanoes: [(volcano: Volcano, line: Int)], rejectedLines: [RejectedLine], notes: [String],
    columnProblem: String?
  ) {
    self.notes = notes
    self.columnProblem = columnProblem
    let sharing = Dictionary(grouping: volcanoes, by: \.volcano.key).mapValues(\.count)
    var lineOfKey: [String: Int] = [:]
    var entries: [Entry] = []
    var rejected = rejectedLines
    for (volcano, line) in volcanoes {
      guard let key = Self.key(of: volcano, isShared: sharing[volcano.key, default: 1] > 1) else {
        rejected.append(
          RejectedLine(line: line, problem: "“\(volcano.name)” has no letter or digit to name a file by"))
        continue
      }
      if let problem = PathComponent.problem("\(key)_000A_00000_000000.h5") {
        rejected.append(
          RejectedLine(line: line, problem: "“\(volcano.name)” gives a stack a file name that \(problem)"))
        continue
      }
      if let first = lineOfKey[key] {
        rejected.append(
          RejectedLine(line: line, problem: "“\(volcano.name)” is the volcano of line \(first) again"))
        continue
      }
      lineOfKey[key] = line
      entries.append(Entry(volcano: volcano, key: key, line: line))
    }
    self.entries = entries
    self.rejectedLines = Self.firstOnes(of: rejected.sorted { $0.line < $1.line })
  }

  /// Most rejected lines that are described one by one; one more says how many follow.
  public static let rejectedLimit = 1000

  /// Longest name of a volcano, bytes: it and its key become attributes and file names.
  public static let nameLimit = 128

  private static func firstOnes(of lines: [RejectedLine]) -> [RejectedLine] {
    guard lines.count > rejectedLimit else { return lines }
    let next = lines[rejectedLimit]
    return lines[..<rejectedLimit] + [
      RejectedLine(line: next.line, problem: "and \(lines.count - rejectedLimit) more such lines")
    ]
  }

  /// The volcanoes meant by a name in any spelling, a key, or a catalogue number; several where they share a name.
  public func entries(named name: String) -> [Entry] {
    let key = VolcanoName.key(name)
    return entries.filter {
      $0.key == key || $0.volcano.key == key || ($0.volcano.number.map(String.init) ?? "") == name
    }
  }

  private static func key(of volcano: Volcano, isShared: Bool) -> String? {
    let key = volcano.key
    // File names in ASCII where they can be had.
    if let number = volcano.number, !key.unicodeScalars.contains(where: { $0.isASCII && $0 != "_" && $0 != "-" }) {
      return "volcano_\(number)"
    }
    guard !key.isEmpty else { return nil }
    guard isShared else { return key }
    if let number = volcano.number { return "\(key)_\(number)" }
    func hundredths(_ degrees: Double, _ digits: Int) -> String {
      let text = String(Int((abs(degrees) * 100).rounded()))
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    let (latitude, longitude) = (volcano.latitudeDegrees, volcano.longitudeDegrees)
    return key + "_" + (latitude < 0 ? "s" : "n") + hundredths(latitude, 4) + (longitude < 0 ? "w" : "e")
      + hundredths(longitude, 5)
  }
}
