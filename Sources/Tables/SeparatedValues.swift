/// Parser for separated values (RFC 4180): quoted fields may contain separators, line ends and doubled
/// quotes.
package struct SeparatedValues {
  /// One record.
  package struct Record: Equatable {
    /// Line on which the record begins, from 1.
    package var line: Int
    /// Fields, unquoted and without white space around them.
    package var fields: [String]
    /// Line of an unterminated quote that begins the record's last field: there is no other quote after it,
    /// or the next one, on a later line, is followed by text. The field then ends with that line, and the
    /// next line begins a new record.
    package var unendedQuote: Int?

    package init(line: Int, fields: [String]) {
      self.line = line
      self.fields = fields
    }
  }

  /// All non-blank records. White space around fields is removed, and so is the `'` that protects text from
  /// being taken for a formula (see ``SpreadsheetText``). Works on code points, as other readers do: a
  /// combining mark after a separator or quote is text.
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
    /// Whether the field so far is white space; kept up to date because every quote needs it.
    private var isBlank = true
    private var line = 1
    private var firstLine = 1
    /// Text after the open quote, and the quote's line; `nil` outside quotes.
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
        // Other line ends of Unicode are text, as for other readers of such files. CR LF ends the line once,
        // at LF.
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
      // A quote on a later line that is followed by text begins a new field: the open quote was never closed.
      if let quote, line > quote.line, !isAtFieldEnd { end(quote) } else { quote = nil }
    }

    /// Whether the rest of the field is white space.
    private var isAtFieldEnd: Bool {
      let next = rest.first {
        $0 == separator || $0 == "\n" || $0 == "\r" || !$0.properties.isWhitespace
      }
      return next == nil || next == separator || next == "\n" || next == "\r"
    }

    /// Ends an unterminated quote with its line and continues on the next. The lines in between contain no
    /// other unterminated quote, so each line is read at most twice.
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
