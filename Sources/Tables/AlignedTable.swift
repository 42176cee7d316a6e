import Names

/// A table for a terminal: columns as wide as their widest field, separated by two blanks. Invisible
/// characters in fields are escaped.
public struct AlignedTable: Sendable {
  /// Largest number of characters of a field.
  private static let widest = 300

  private var rows: [[String]]
  private let leftAligned: Set<Int>

  /// - Parameters:
  ///   - header: Fields of the first line.
  ///   - leftAligned: Indices of text columns; numeric columns are right-aligned.
  public init(header: [String], leftAligned: Set<Int>) {
    precondition(!header.isEmpty, "a table has columns")
    rows = [header.map { VisibleText.line($0, limit: Self.widest) }]
    self.leftAligned = leftAligned
  }

  /// Adds a row with as many fields as the header.
  public mutating func append(_ fields: [String]) {
    precondition(fields.count == rows[0].count, "a row has as many fields as the header")
    rows.append(fields.map { VisibleText.line($0, limit: Self.widest) })
  }

  /// The lines, without trailing blanks and without a final line break.
  public var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = row.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - row[column].count)
        return leftAligned.contains(column) ? row[column] + blanks : blanks + row[column]
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
