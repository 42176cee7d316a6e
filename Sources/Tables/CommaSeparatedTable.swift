import Names

/// A table as comma-separated values (RFC 4180) with line feeds. Fields may come from outside: invisible
/// characters and those that move the cursor are escaped, and spreadsheets do not take fields for formulas.
public struct CommaSeparatedTable: Sendable {
  /// The table so far, beginning with the header.
  public private(set) var text: String
  private let columns: Int
  private let holdsParagraphs: Bool

  /// - Parameters:
  ///   - header: Names of the columns.
  ///   - holdsParagraphs: Whether fields are texts by people, which keep line feeds and tabs and may have any
  ///     length.
  public init(header: [String], holdsParagraphs: Bool = false) {
    precondition(!header.isEmpty, "a table has columns")
    columns = header.count
    self.holdsParagraphs = holdsParagraphs
    text = ""
    text = line(header)
  }

  /// Adds a row with as many fields as the header.
  public mutating func append(_ fields: [String]) {
    precondition(fields.count == columns, "a row has as many fields as the header")
    text += line(fields)
  }

  private func line(_ fields: [String]) -> String {
    fields.map { field in
      Self.quoted(
        SpreadsheetText.defused(holdsParagraphs ? VisibleText.paragraph(field) : VisibleText.line(field)))
    }.joined(separator: ",") + "\n"
  }

  /// The field, in quotes if it contains a comma, a quote, a line break or blanks at either end.
  private static func quoted(_ field: String) -> String {
    let bytes = field.utf8
    let special = bytes.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    let padded = bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ")
    guard special || padded else { return field }
    // By bytes, because Swift combines a quote with a following accent into another character.
    var quoted = [UInt8(ascii: "\"")]
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { quoted.append(byte) }
      quoted.append(byte)
    }
    return String(decoding: quoted, as: UTF8.self) + "\""
  }
}
