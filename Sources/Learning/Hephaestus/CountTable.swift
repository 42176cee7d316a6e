import Tables

/// Counts in rows (what is counted) and columns (where), which come up as they are counted.
public struct CountTable: Sendable {
  /// What a row counts.
  public struct Row: Hashable, Sendable, Comparable {
    /// Such as `atmospheric_fringes`.
    public var family: String
    /// Such as `2`.
    public var value: String
    /// What is counted: interferograms, or labels, of which an interferogram may have several.
    public var unit: Unit

    public static func < (left: Row, right: Row) -> Bool {
      (left.family, left.value, left.unit.rawValue) < (right.family, right.value, right.unit.rawValue)
    }
  }

  public enum Unit: String, Sendable {
    case interferogram
    case label
    case patch
  }

  public private(set) var columns: [String]
  private var counts: [Row: [String: Int]] = [:]
  private var families: [String] = []

  /// - Parameter columns: the first ones, in their order; further ones follow by name.
  public init(columns: [String] = []) { self.columns = columns }

  public mutating func add(_ family: String, _ value: String, _ unit: Unit, to where_: [String]) {
    let row = Row(family: family, value: value, unit: unit)
    if counts[row] == nil, !families.contains(family) { families.append(family) }
    for column in where_ {
      if !columns.contains(column) { columns.append(column) }
      counts[row, default: [:]][column, default: 0] += 1
    }
  }

  /// In the order in which families came up, then by value.
  public var rows: [Row] {
    counts.keys.sorted {
      let (one, other) = (families.firstIndex(of: $0.family) ?? 0, families.firstIndex(of: $1.family) ?? 0)
      return one == other ? $0 < $1 : one < other
    }
  }

  public func count(_ row: Row, _ column: String) -> Int { counts[row]?[column] ?? 0 }

  /// All columns as comma-separated values.
  public var commaSeparated: String {
    var table = CommaSeparatedTable(header: ["family", "value", "per"] + columns)
    for row in rows {
      table.append([row.family, row.value, row.unit.rawValue] + columns.map { String(count(row, $0)) })
    }
    return table.text
  }

  /// The first columns for a terminal.
  public func aligned(columns shown: Int) -> String {
    let shown = Array(columns.prefix(shown))
    var table = AlignedTable(header: ["family", "value", "per"] + shown, leftAligned: [0, 1, 2])
    for row in rows {
      table.append([row.family, row.value, row.unit.rawValue] + shown.map { String(count(row, $0)) })
    }
    return table.text
  }
}
