import Names

/// A table for a terminal: columns as wide as their widest field, two blanks between them. Fields may come from outside:
/// what is invisible in them is escaped.
public struct AlignedTable: Sendable {
  /// Most characters of a field.
  private static let widest = 300

  private var rows: [[String]]
  private let leftAligned: Set<Int>

  /// - Parameters:
  ///   - header: the first line's fields.
  ///   - leftAligned: columns of words; those of numbers stand at the right.
  public init(header: [String], leftAligned: Set<Int>) {
    precondition(!header.isEmpty, "a table has columns")
    rows = [header.map { VisibleText.line($0, limit: Self.widest) }]
    self.leftAligned = leftAligned
  }

  /// Adds a row of as many fields as the header has.
  public mutating func append(_ fields: [String]) {
    precondition(fields.count == rows[0].count, "a row has as many fields as the header")
    rows.append(fields.map { VisibleText.line($0, limit: Self.widest) })
  }

  /// The lines, with nothing behind their last field and no line break behind the last line.
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
