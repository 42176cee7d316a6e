import Tables

/// A table of counts: rows are label values, columns are subsets of the data. Rows and columns are created by
/// the first count.
public struct CountTable: Sendable {
  /// Identity of a row.
  public struct Row: Hashable, Sendable, Comparable {
    /// Name of the label, such as `atmospheric_fringes`.
    public var family: String
    /// Value of the label, such as `2`.
    public var value: String
    /// What is counted. An interferogram may have several labels of one family.
    public var unit: Unit

    public static func < (left: Row, right: Row) -> Bool {
      (left.family, left.value, left.unit.rawValue) < (right.family, right.value, right.unit.rawValue)
    }
  }

  /// What a row counts.
  public enum Unit: String, Sendable {
    case interferogram
    case label
    case patch
  }

  /// Names of the columns, in order.
  public private(set) var columns: [String]
  private var counts: [Row: [String: Int]] = [:]
  private var families: [String] = []

  /// - Parameter columns: The first columns, in this order; further ones follow in the order in which they
  ///   are first counted.
  public init(columns: [String] = []) { self.columns = columns }

  /// Adds 1 to a row in each of the columns `where_`.
  public mutating func add(_ family: String, _ value: String, _ unit: Unit, to where_: [String]) {
    let row = Row(family: family, value: value, unit: unit)
    if counts[row] == nil, !families.contains(family) { families.append(family) }
    for column in where_ {
      if !columns.contains(column) { columns.append(column) }
      counts[row, default: [:]][column, default: 0] += 1
    }
  }

  /// Families in the order of their first count, then ordered by value.
  public var rows: [Row] {
    counts.keys.sorted {
      let (one, other) = (families.firstIndex(of: $0.family) ?? 0, families.firstIndex(of: $1.family) ?? 0)
      return one == other ? $0 < $1 : one < other
    }
  }

  /// The count of a row in a column; 0 if there is none.
  public func count(_ row: Row, _ column: String) -> Int { counts[row]?[column] ?? 0 }

  /// All columns as comma-separated values.
  public var commaSeparated: String {
    var table = CommaSeparatedTable(header: ["family", "value", "per"] + columns)
    for row in rows {
      table.append([row.family, row.value, row.unit.rawValue] + columns.map { String(count(row, $0)) })
    }
    return table.text
  }

  /// The first `shown` columns, aligned for a terminal.
  public func aligned(columns shown: Int) -> String {
    let shown = Array(columns.prefix(shown))
    var table = AlignedTable(header: ["family", "value", "per"] + shown, leftAligned: [0, 1, 2])
    for row in rows {
      table.append([row.family, row.value, row.unit.rawValue] + shown.map { String(count(row, $0)) })
    }
    return table.text
  }
}
