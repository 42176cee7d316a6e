/// A table as comma-separated values (RFC 4180), with a line feed at each line's end.
public struct CommaSeparatedTable: Sendable {
  /// The table so far, the header first.
  public private(set) var text: String
  private let columns: Int

  public init(header: [String]) {
    precondition(!header.isEmpty, "a table has columns")
    columns = header.count
    text = Self.line(header)
  }

  /// Adds a row of as many fields as the header has.
  public mutating func append(_ fields: [String]) {
    precondition(fields.count == columns, "a row has as many fields as the header")
    text += Self.line(fields)
  }

  private static func line(_ fields: [String]) -> String {
    fields.map(quoted).joined(separator: ",") + "\n"
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
