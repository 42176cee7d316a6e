/// Records of a text whose separator is detected.
package struct SeparatedText {
  /// The detected separator.
  package let separator: Unicode.Scalar
  /// Non-blank records; see ``SeparatedValues``.
  package let records: [SeparatedValues.Record]

  private static let separators: [Unicode.Scalar] = ["\t", ";", ",", "|"]

  /// Uses the separator that a line `sep=;` declares, as spreadsheet programs do, or else the most frequent
  /// one in the first line outside quotes; a comma if there is none.
  package init(_ text: String) {
    let line = Self.firstLine(of: text)
    let named = String(line).trimmingWhitespace.lowercased()
    if named.hasPrefix("sep="), named.unicodeScalars.count <= 5 {
      separator = named.unicodeScalars.dropFirst(4).first ?? "\t"
      records = Array(SeparatedValues.records(in: text, separator: separator).dropFirst())
    } else {
      separator = Self.separator(of: line)
      records = SeparatedValues.records(in: text, separator: separator)
    }
  }

  /// The first non-blank line; line ends inside quotes do not end it.
  private static func firstLine(of text: String) -> String.UnicodeScalarView {
    var line = String.UnicodeScalarView()
    var (isQuoted, hasText) = (false, false)
    for scalar in text.unicodeScalars {
      if scalar == "\"" { isQuoted.toggle() }
      if !isQuoted, scalar == "\n" || scalar == "\r" {
        if hasText { break }
        continue
      }
      line.append(scalar)
      hasText = hasText || !scalar.properties.isWhitespace
    }
    return line
  }

  private static func separator(of line: String.UnicodeScalarView) -> Unicode.Scalar {
    var counts: [Unicode.Scalar: Int] = [:]
    var isQuoted = false
    for scalar in line {
      if scalar == "\"" { isQuoted.toggle() }
      if !isQuoted, separators.contains(scalar) { counts[scalar, default: 0] += 1 }
    }
    let best = counts.values.max() ?? 0
    return separators.first { best > 0 && counts[$0] == best } ?? ","
  }
}
