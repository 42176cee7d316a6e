import Interferometry

/// Where the pixels of one raster lie on another: the nearest neighbour of each row and column. Longitudes count modulo
/// 360°.
public struct GridAlignment: Hashable, Sendable {
  /// Neighbouring columns of the target that all lie on the source.
  struct Run: Hashable, Sendable {
    /// Of the target.
    let columns: Range<Int>
    /// Where they begin on the source when each lies one pixel behind the one before; `nil` otherwise.
    let firstOfUnbroken: Int?
  }

  /// For each row of the target the source's row, −1 where it lies outside.
  public let rows: [Int]
  /// For each column of the target the source's column, −1 where it lies outside.
  public let columns: [Int]
  let sourceWidth: Int
  /// The target's columns that lie on the source, from west to east; usually one run, two where the source lies at both
  /// ends of a target that spans nearly the globe.
  let runs: [Run]

  public init(
    of target: Grid, at targetTransform: GeoTransform, on source: Grid, at sourceTransform: GeoTransform
  ) {
    sourceWidth = source.width
    if target == source && targetTransform == sourceTransform {
      // The way over degrees could miss by a rounding where centres meet borders; equal grids need no way.
      rows = Array(0..<target.height)
      columns = Array(0..<target.width)
    } else {
      rows = (0..<target.height).map { row in
        let found = sourceTransform.row(atLatitude: targetTransform.latitude(ofRow: row))
        return (0..<source.height).contains(found) ? found : -1
      }
      columns = (0..<target.width).map { column in
        sourceTransform.column(
          atLongitude: targetTransform.unwrappedLongitude(ofColumn: column), in: source.width) ?? -1
      }
    }
    runs = Self.runs(of: columns)
  }

  private static func runs(of columns: [Int]) -> [Run] {
    var runs: [Run] = []
    var start = 0
    while start < columns.count {
      guard columns[start] >= 0 else {
        start += 1
        continue
      }
      let end = columns[start...].firstIndex { $0 < 0 } ?? columns.count
      let isUnbroken = zip(columns[start..<end], columns[start]...).allSatisfy { $0 == $1 }
      runs.append(Run(columns: start..<end, firstOfUnbroken: isUnbroken ? columns[start] : nil))
      start = end
    }
    return runs
  }
}
