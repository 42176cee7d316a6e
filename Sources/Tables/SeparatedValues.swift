/// The fields of a text with a separator between them (RFC 4180): quotes around a field may hold separators, line
/// ends and doubled quotes.
package struct SeparatedValues {
  /// One record and the line it begins on, from 1.
  package struct Record: Equatable {
    package var line: Int
    package var fields: [String]

    package init(line: Int, fields: [String]) {
      self.line = line
      self.fields = fields
    }
  }

  /// All records that are not blank, with white space around fields removed, and the `'` that keeps spreadsheets from
  /// taking text for a formula (see ``SpreadsheetText``). By code points, as other readers do it:
  /// what would combine with a separator or a quote behind it is text.
  package static func records(in text: String, separator: Unicode.Scalar) -> [Record] {
    var records: [Record] = []
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    // Whether the field so far is white space: asked at every quote, so it is kept and not found out anew.
    var isBlank = true
    var line = 1
    var firstLine = 1
    func endField() {
      fields.append(SpreadsheetText.restored(String(field).trimmingWhitespace).trimmingWhitespace)
      field = String.UnicodeScalarView()
      isBlank = true
    }
    func endRecord() {
      endField()
      if fields.contains(where: { !$0.isEmpty }) { records.append(Record(line: firstLine, fields: fields)) }
      fields = []
    }
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      // The other line ends of Unicode are text here, as they are to other readers of such files. Of two that go
      // together the second ends the line.
      let isLineEnd = scalar == "\n" || scalar == "\r" && rest.first != "\n"
      if isLineEnd { line += 1 }
      switch scalar {
      case "\"" where isQuoted && rest.first == "\"":
        field.append("\"")
        isBlank = false
        rest.removeFirst()
      case "\"" where isQuoted: isQuoted = false
      case "\"" where isBlank: isQuoted = true
      case separator where !isQuoted: endField()
      case _ where isLineEnd && !isQuoted:
        endRecord()
        firstLine = line
      default:
        field.append(scalar)
        isBlank = isBlank && scalar.properties.isWhitespace
      }
    }
    endRecord()
    return records
  }
}

extension StringProtocol {
  /// Without white space at both ends.
  package var trimmingWhitespace: String {
    let start = drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}
