import Names

/// A table as comma-separated values (RFC 4180), with a line feed at each line's end. Its fields may come from outside:
/// nothing in them is invisible or moves a cursor, and no spreadsheet takes them for formulas.
public struct CommaSeparatedTable: Sendable {
  /// The table so far, the header first.
  public private(set) var text: String
  private let columns: Int
  private let holdsParagraphs: Bool

  /// - Parameters:
  ///   - header: the columns' names.
  ///   - holdsParagraphs: whether fields keep their line feeds and tabs and may have any length, as what people wrote.
  public init(header: [String], holdsParagraphs: Bool = false) {
    precondition(!header.isEmpty, "a table has columns")
    columns = header.count
    self.holdsParagraphs = holdsParagraphs
    text = ""
    text = line(header)
  }

  /// Adds a row of as many fields as the header has.
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

  /// The field itself, or in quotes where it holds a comma, a quote, a line break or blanks at an end.
  private static func quoted(_ field: String) -> String {
    let bytes = field.utf8
    let special = bytes.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    let padded = bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ")
    guard special || padded else { return field }
    // By bytes: to Swift a quote with an accent behind it is another character.
    var quoted = [UInt8(ascii: "\"")]
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { quoted.append(byte) }
      quoted.append(byte)
    }
    return String(decoding: quoted, as: UTF8.self) + "\""
  }
}
