import Interferometry

/// Maps pixels of one raster to another by the nearest neighbour of each row and column. Longitudes count
/// modulo 360°.
public struct GridAlignment: Hashable, Sendable {
  /// Neighbouring columns of the target that are all on the source.
  struct Run: Hashable, Sendable {
    /// Columns of the target.
    let columns: Range<Int>
    /// First column on the source if the columns are consecutive there; `nil` otherwise.
    let firstOfUnbroken: Int?
  }

  /// The source's row for each row of the target; −1 outside.
  public let rows: [Int]
  /// The source's column for each column of the target; −1 outside.
  public let columns: [Int]
  let sourceWidth: Int
  /// The target's columns on the source, from west to east; usually one run, two if the source is at both ends
  /// of a target that spans almost the globe.
  let runs: [Run]

  /// Aligns two rasters.
  ///
  /// - Parameters:
  ///   - target: rows and columns of the target.
  ///   - targetTransform: its georeference.
  ///   - source: rows and columns of the source.
  ///   - sourceTransform: its georeference.
  public init(
    of target: Grid, at targetTransform: GeoTransform, on source: Grid, at sourceTransform: GeoTransform
  ) {
    sourceWidth = source.width
    if target == source && targetTransform == sourceTransform {
      // Through degrees, pixel centres close to pixel borders could be off by a rounding error; equal grids
      // need no conversion.
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
