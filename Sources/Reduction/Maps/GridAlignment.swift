import Interferometry

/// Where the pixels of one raster lie on another: the nearest neighbour of each row and column.
public struct GridAlignment: Hashable, Sendable {
  /// For each row of the target the source's row, −1 where it lies outside.
  public let rows: [Int]
  /// For each column of the target the source's column, −1 where it lies outside.
  public let columns: [Int]
  let sourceWidth: Int
  /// The target's columns that lie on the source.
  let columnsInside: Range<Int>
  /// Where they begin on the source when each lies one pixel behind the one before; `nil` otherwise.
  let firstOfUnbroken: Int?

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
        let found = sourceTransform.column(atLongitude: targetTransform.longitude(ofColumn: column))
        return (0..<source.width).contains(found) ? found : -1
      }
    }
    // Longitudes grow with the columns, so that those inside are one run.
    let first = columns.firstIndex { $0 >= 0 } ?? 0
    let inside = first..<((columns.lastIndex { $0 >= 0 } ?? first - 1) + 1)
    columnsInside = inside
    let begin = inside.isEmpty ? 0 : columns[first]
    let isUnbroken = zip(columns[inside], begin...).allSatisfy { $0 == $1 }
    firstOfUnbroken = isUnbroken ? begin : nil
  }
}
