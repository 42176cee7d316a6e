import Foundation
import Interferometry
import Names

/// A list of volcanoes, the Global Volcanism Program's or a user's, with a unique key for each.
public struct VolcanoCatalogue: Sendable {
  /// A volcano and the key that names its stacks.
  public struct Entry: Hashable, Sendable {
    /// Name, position and catalogue number.
    public let volcano: Volcano
    /// Unique name in ASCII, such as `sierra_negra`, or `volcano_283030` for a numbered volcano whose name
    /// has no Latin letters or digits. If a name occurs more than once, each key has the catalogue number
    /// appended (`cerro_azul_353060`), or the position in hundredths of a degree if there is no number
    /// (`unnamed_s0092w09141`), so that keys do not depend on the order of the list.
    public let key: String
    /// Line in the file, from 1.
    public let line: Int
  }

  /// A line of the list that is not used, and why.
  public struct RejectedLine: Hashable, Sendable, CustomStringConvertible {
    /// Line in the file, from 1.
    public let line: Int
    /// What is wrong with it.
    public let problem: String

    public var description: String { "line \(line): \(problem)" }
  }

  /// In the order of the list.
  public let entries: [Entry]
  /// The first ``rejectedLimit`` rejected lines, and one that counts the rest.
  public let rejectedLines: [RejectedLine]
  /// Remarks on the list for the user; they do not affect which volcanoes are used.
  public let notes: [String]
  /// Why the columns cannot be used, with the line that names them; then there are no entries.
  let columnProblem: String?

  /// Assigns a key to each volcano.
  ///
  /// - Parameters:
  ///   - volcanoes: With their line numbers.
  ///   - rejectedLines: Lines that were rejected while reading.
  ///   - notes: Remarks from reading.
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

  /// Largest number of rejected lines that are described; one more line counts the rest.
  public static let rejectedLimit = 1000

  /// Longest name of a volcano, bytes; the name and its key become attributes and file names.
  public static let nameLimit = 128

  private static func firstOnes(of lines: [RejectedLine]) -> [RejectedLine] {
    guard lines.count > rejectedLimit else { return lines }
    let next = lines[rejectedLimit]
    return lines[..<rejectedLimit] + [
      RejectedLine(line: next.line, problem: "and \(lines.count - rejectedLimit) more such lines")
    ]
  }

  /// The volcanoes that match a name in any spelling, a key, or a catalogue number; several if they share a
  /// name.
  public func entries(named name: String) -> [Entry] {
    let key = VolcanoName.key(name)
    return entries.filter {
      $0.key == key || $0.volcano.key == key || ($0.volcano.number.map(String.init) ?? "") == name
    }
  }

  private static func key(of volcano: Volcano, isShared: Bool) -> String? {
    let key = volcano.key
    // Keys become file names: use ASCII if possible.
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
