/// The fields of a text with a separator between them (RFC 4180): quotes around a field may hold separators, line
/// ends and doubled quotes.
package struct SeparatedValues {
  /// One record and the line it begins on, from 1.
  package struct Record: Equatable {
    package var line: Int
    package var fields: [String]
    /// The line of a quote that begins the record's last field and does not end: there is no other quote behind it, or
    /// the next one, on a line below, has text behind it. The field then ends with that line, and the line below begins
    /// a record of its own.
    package var unendedQuote: Int?

    package init(line: Int, fields: [String]) {
      self.line = line
      self.fields = fields
    }
  }

  /// All records that are not blank, with white space around fields removed, and the `'` that keeps spreadsheets from
  /// taking text for a formula (see ``SpreadsheetText``). By code points, as other readers do it:
  /// what would combine with a separator or a quote behind it is text.
  package static func records(in text: String, separator: Unicode.Scalar) -> [Record] {
    var parser = Parser(text, separator: separator)
    parser.run()
    return parser.records
  }
}

extension SeparatedValues {
  private struct Parser {
    private(set) var records: [Record] = []
    private let separator: Unicode.Scalar
    private var rest: Substring.UnicodeScalarView
    private var fields: [String] = []
    private var field = String.UnicodeScalarView()
    /// Whether the field so far is white space: asked at every quote, so it is kept and not found out anew.
    private var isBlank = true
    private var line = 1
    private var firstLine = 1
    /// What is behind the quote that is open, and its line; `nil` outside quotes.
    private var quote: (rest: Substring.UnicodeScalarView, line: Int)?

    init(_ text: String, separator: Unicode.Scalar) {
      self.separator = separator
      rest = text[...].unicodeScalars
    }

    mutating func run() {
      while true {
        guard let scalar = rest.popFirst() else {
          guard let quote else { break }
          end(quote)
          continue
        }
        // The other line ends of Unicode are text here, as they are to other readers of such files. Of two that go
        // together the second ends the line.
        let isLineEnd = scalar == "\n" || scalar == "\r" && rest.first != "\n"
        if isLineEnd { line += 1 }
        switch scalar {
        case "\"" where quote != nil && rest.first == "\"":
          field.append("\"")
          isBlank = false
          rest.removeFirst()
        case "\"" where quote != nil: endQuote()
        case "\"" where isBlank: quote = (rest, line)
        case separator where quote == nil: endField()
        case _ where isLineEnd && quote == nil:
          endRecord()
          firstLine = line
        default:
          field.append(scalar)
          isBlank = isBlank && scalar.properties.isWhitespace
        }
      }
      endRecord()
    }

    private mutating func endField() {
      fields.append(SpreadsheetText.restored(String(field).trimmingWhitespace).trimmingWhitespace)
      field = String.UnicodeScalarView()
      isBlank = true
    }

    private mutating func endRecord(unendedQuote: Int? = nil) {
      endField()
      if unendedQuote != nil || fields.contains(where: { !$0.isEmpty }) {
        var record = Record(line: firstLine, fields: fields)
        record.unendedQuote = unendedQuote
        records.append(record)
      }
      fields = []
    }

    private mutating func endQuote() {
      // A quote on a line below with text behind it begins a field of its own: the one that is open was never ended.
      if let quote, line > quote.line, !isAtFieldEnd { end(quote) } else { quote = nil }
    }

    /// Whether only white space is left of the field.
    private var isAtFieldEnd: Bool {
      let next = rest.first {
        $0 == separator || $0 == "\n" || $0 == "\r" || !$0.properties.isWhitespace
      }
      return next == nil || next == separator || next == "\n" || next == "\r"
    }

    /// Ends a quote that has no end with its line and goes on below it. The lines in between hold no other quote that is
    /// not ended, so every line is read twice at most.
    private mutating func end(_ unended: (rest: Substring.UnicodeScalarView, line: Int)) {
      let text = unended.rest.prefix { $0 != "\n" && $0 != "\r" }
      field = String.UnicodeScalarView()
      field.append(contentsOf: text)
      rest = unended.rest[text.endIndex...]
      if rest.popFirst() == "\r", rest.first == "\n" { rest.removeFirst() }
      endRecord(unendedQuote: unended.line)
      quote = nil
      line = unended.line + 1
      firstLine = line
    }
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
