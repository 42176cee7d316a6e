import Interferometry
import Tables

/// One line of a file of published scores.
public struct ScoreLine: Hashable, Sendable {
  /// The volcano's name as spelled in the file.
  let volcano: String
  /// The line's name without `.geo.diff_pha`.
  let id: String
  let pair: DatePair
  let probability: Double

  /// Why a line is not a score.
  public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong
    case notTwoFields
    case wrongSuffix
    case noDates
    case noVolcano
    case notANumber
    case notAProbability

    public var description: String {
      switch self {
      case .tooLong: "longer than \(LineSplitter.longest) bytes"
      case .notTwoFields: "not a name and a probability separated by a space"
      case .wrongSuffix: "the name does not end in .geo.diff_pha"
      case .noDates: "the name does not end in two dates, _YYYYMMDD_YYYYMMDD"
      case .noVolcano: "no volcano in front of the dates"
      case .notANumber: "the probability is not a decimal number"
      case .notAProbability: "the probability is not between 0 and 1"
      }
    }
  }

  /// Parses `<volcano>_<primary>_<secondary>.geo.diff_pha <probability>`, also as saved by spreadsheet
  /// programs: with a comma, a semicolon or a tab as separator, in quotes, and with a decimal comma.
  init(_ line: UnsafeRawBufferPointer) throws(Problem) {
    do {
      try self.init(published: line)
    } catch {
      guard let published = Self.published(line),
        let found = try? published.withUnsafeBytes({ line throws(Problem) in try ScoreLine(published: line) })
      else { throw error }
      self = found
    }
  }

  /// The two fields, separated by a space; `nil` for another number of fields.
  private static func published(_ line: UnsafeRawBufferPointer) -> [UInt8]? {
    let text = String(decoding: line, as: UTF8.self).drop { $0 == "\u{FEFF}" }.trimmingWhitespace
    var fields = text.split { $0.isWhitespace }.map(String.init)
    if fields.count != 2 { fields = SeparatedText(text).records.first?.fields.filter { !$0.isEmpty } ?? [] }
    guard fields.count == 2 else { return nil }
    let number = NumberText.number(fields[1]).map { "\($0)" } ?? fields[1]
    return Array("\(fields[0]) \(number)".utf8)
  }

  private init(published line: UnsafeRawBufferPointer) throws(Problem) {
    let blank = UInt8(ascii: " ")
    guard let gap = line.firstIndex(of: blank), gap == line.lastIndex(of: blank) else {
      throw .notTwoFields
    }
    let name = UnsafeRawBufferPointer(rebasing: line[..<gap])
    let stemLength = name.count - Self.suffix.count
    guard stemLength >= 0, name[stemLength...].elementsEqual(Self.suffix) else { throw .wrongSuffix }
    let datesStart = stemLength - 18
    guard datesStart >= 0, name[datesStart] == UInt8(ascii: "_"),
      let pair = DatePair(String(decoding: name[(datesStart + 1)..<stemLength], as: UTF8.self))
    else { throw .noDates }
    guard datesStart > 0 else { throw .noVolcano }
    guard let probability = Self.decimal(UnsafeRawBufferPointer(rebasing: line[(gap + 1)...])) else {
      throw .notANumber
    }
    guard probability >= 0, probability <= 1 else { throw .notAProbability }
    volcano = String(decoding: name[..<datesStart], as: UTF8.self)
    id = String(decoding: name[..<stemLength], as: UTF8.self)
    self.pair = pair
    self.probability = probability
  }

  private static let suffix = Array(".geo.diff_pha".utf8)

  /// Plain decimals with up to 15 digits are the quotient of two exactly represented numbers, hence correctly
  /// rounded; all other spellings use the slower general parser.
  private static func decimal(_ text: UnsafeRawBufferPointer) -> Double? {
    var digits = 0.0
    var divisor = 1.0
    var sawPoint = false
    guard !text.isEmpty, text.count <= 16 else { return slowDecimal(text) }
    for byte in text {
      switch byte {
      case 48...57:
        digits = digits * 10 + Double(byte - 48)
        if sawPoint { divisor *= 10 }
      case UInt8(ascii: ".") where !sawPoint: sawPoint = true
      default: return slowDecimal(text)
      }
    }
    return text.count == 1 && sawPoint ? nil : digits / divisor
  }

  private static func slowDecimal(_ text: UnsafeRawBufferPointer) -> Double? {
    let spelled = text.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
    return spelled ? Double(String(decoding: text, as: UTF8.self)) : nil
  }
}
