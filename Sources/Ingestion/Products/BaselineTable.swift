import FileReasons
import Foundation
import Interferometry
import RasterIO
import Tables

/// Perpendicular baselines of a frame, from LiCSAR's file `baselines` in either of its forms:
///
/// - `primary secondary bperp days`, with rows relative to one date or to any other; a pair without a row of
///   its own is the difference along the rows that connect its dates;
/// - nine columns, `number primary secondary bperp days days days bperp bperp`: the baseline of the pair, and
///   those of its two dates relative to the frame's reference date.
public struct BaselineTable: Sendable {
  /// Largest file that is read, bytes.
  public static let fileSizeLimit = 16 << 20

  /// Largest number of lines that are described; one more entry counts the rest.
  public static let faultLimit = 1000

  /// Lines that match neither form, as `baselines: line 7: …`.
  public private(set) var faults: [String] = []
  private var ofPair: [DatePair: Float] = [:]
  /// Baseline of each date relative to a common date of its group, metres, and the group.
  private var ofDate: [AcquisitionDate: (metres: Float, group: Int)] = [:]

  /// A table without rows.
  public init() {}

  /// Parses the content of a file.
  public init(text: String, file: String = "baselines") {
    var joined: [AcquisitionDate: [(AcquisitionDate, Float)]] = [:]
    var direct: [(AcquisitionDate, Float)] = []
    var faultCount = 0
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = Self.words(of: line)
      if words.isEmpty || words[0].hasPrefix("#") { continue }
      let isLong = words.count == 9
      let columns = isLong ? words.dropFirst() : words[...]
      guard isLong || words.count == 3 || words.count == 4,
        let primary = AcquisitionDate(columns[columns.startIndex]),
        let secondary = AcquisitionDate(columns[columns.startIndex + 1]),
        let metres = NumberText.number(columns[columns.startIndex + 2]).map(Float.init),
        abs(metres) <= Float(StackLists.baselineLimit)
      else {
        faultCount += 1
        if faultCount <= Self.faultLimit {
          faults.append("\(file): line \(index + 1): expected dates and a baseline, found “\(line.prefix(60))”")
        }
        continue
      }
      ofPair[DatePair(primary: primary, secondary: secondary)] = metres
      joined[primary, default: []].append((secondary, metres))
      joined[secondary, default: []].append((primary, -metres))
      if isLong, let first = NumberText.number(words[7]), let second = NumberText.number(words[8]),
        abs(first) <= StackLists.baselineLimit, abs(second) <= StackLists.baselineLimit
      {
        direct += [(primary, Float(first)), (secondary, Float(second))]
      }
    }
    if faultCount > Self.faultLimit {
      faults.append("\(file): and \(faultCount - Self.faultLimit) more such lines")
    }
    spread(joined)
    // The nine-column form gives the baseline of each date directly: all dates are in one group.
    for (date, metres) in direct { ofDate[date] = (metres, -1) }
  }

  /// Fields of a line, separated by blanks or by the separators of spreadsheet programs.
  private static func words(of line: Substring) -> [Substring] {
    let byBlanks = line.split { $0.isWhitespace || $0 == ";" }
    guard byBlanks.count < 3 else { return byBlanks.map { $0.hasSuffix(",") ? $0.dropLast() : $0 } }
    return line.split { $0.isWhitespace || $0 == ";" || $0 == "," }
  }

  /// Reads a file. A file that is missing, too large or not text gives an empty table with a fault.
  public init(contentsOf path: String) {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let size = attributes[.size] as? Int, size <= Self.fileSizeLimit,
      let bytes = try? Data(contentsOf: URL(fileURLWithPath: path))
    else {
      self.init()
      let problem =
        FileAccess.problem(reading: path) ?? "cannot be read as text of at most \(Self.fileSizeLimit) bytes"
      faults = ["\(path): \(problem); baselines stay unknown"]
      return
    }
    self.init(text: TextDecoding.text(of: bytes), file: path)
  }

  /// Perpendicular baseline of a pair, metres; NaN if the table does not determine it, or the sum is outside
  /// the range that a stack may hold.
  public func perpendicularBaselineMetres(of pair: DatePair) -> Float {
    let metres = sum(of: pair)
    return abs(metres) <= Float(StackLists.baselineLimit) ? metres : .nan
  }

  private func sum(of pair: DatePair) -> Float {
    if let metres = ofPair[pair] { return metres }
    if let metres = ofPair[DatePair(primary: pair.secondary, secondary: pair.primary)] { return -metres }
    guard let primary = ofDate[pair.primary], let secondary = ofDate[pair.secondary],
      primary.group == secondary.group
    else { return .nan }
    return secondary.metres - primary.metres
  }

  /// Propagates baselines along the rows from the earliest date of each group.
  private mutating func spread(_ joined: [AcquisitionDate: [(AcquisitionDate, Float)]]) {
    var group = 0
    for start in joined.keys.sorted() where ofDate[start] == nil {
      ofDate[start] = (0, group)
      var front = [start]
      while let date = front.popLast() {
        guard let known = ofDate[date]?.metres else { continue }
        for (next, metres) in joined[date, default: []] where ofDate[next] == nil {
          ofDate[next] = (known + metres, group)
          front.append(next)
        }
      }
      group += 1
    }
  }
}
