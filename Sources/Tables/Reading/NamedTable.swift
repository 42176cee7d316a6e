/// A table whose first line names its columns, as saved by spreadsheet programs: separated by commas,
/// semicolons, tabs or vertical bars, with an optional `sep=` line, quotes, any line ends, blank lines, and
/// blank columns at the end.
package struct NamedTable {
  /// Why a text is not such a table.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    /// Message for the user, without the file name.
    package let description: String
  }

  /// Names of the columns, in order, without white space around them.
  package let names: [String]
  /// The line on which each row begins, from 1.
  package let lines: [Int]
  private let records: [[String]]

  /// Parses a text.
  ///
  /// - Throws: ``Problem`` for a text without a header, a row with more fields than the header, or an
  ///   unterminated quote.
  package init(_ text: String) throws(Problem) {
    var records = SeparatedText(text).records
    guard !records.isEmpty else {
      throw Problem(description: "holds no table; expected a line with the columns' names")
    }
    for record in records {
      guard let line = record.unendedQuote else { continue }
      throw Problem(
        description: "line \(line) has a field that begins with a quote and does not end with one; close the "
          + "quote, or remove it")
    }
    var header = records.removeFirst().fields
    while header.last?.isEmpty == true { header.removeLast() }
    let width = header.count
    let isCutOff = !(text.last?.isNewline ?? true)
    for (number, record) in records.enumerated() {
      var fields = record.fields
      while fields.count > width, fields.last?.isEmpty == true { fields.removeLast() }
      // Spreadsheet programs omit blank fields at the end of a row; in a truncated file the last row lacks
      // them.
      guard fields.count == width || fields.count < width && !(isCutOff && number == records.count - 1) else {
        throw Problem(description: "line \(record.line) has \(fields.count) fields, the header \(width)")
      }
      records[number].fields = fields + Array(repeating: "", count: width - fields.count)
    }
    names = header
    lines = records.map(\.line)
    self.records = records.map(\.fields)
  }

  /// Number of rows below the header.
  package var count: Int { records.count }

  /// The fields of a column; its name is compared without case, and spaces, hyphens and underscores are
  /// equal. `nil` if there is none.
  ///
  /// - Throws: ``Problem`` if several columns have that name.
  package func column(_ name: String) throws(Problem) -> [String]? {
    var found = names.indices.filter { names[$0] == name }
    if found.isEmpty { found = names.indices.filter { Self.plain(names[$0]) == Self.plain(name) } }
    guard found.count <= 1 else {
      throw Problem(description: "has \(found.count) columns “\(name)”; keep one of them")
    }
    return found.first.map { index in records.map { $0[index] } }
  }

  private static func plain(_ name: String) -> String {
    String(name.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }
}
