import Foundation
import Interferometry

/// Where an interferogram deforms, from the map of its source.
struct DeformingArea: Sendable {
  /// Cells count from this fraction of the map's maximum.
  static let fractionOfMaximum = 128.0 / 255

  /// Polygons in degrees east and north, the first point of each ring repeated at its end: the exterior
  /// counterclockwise, then holes clockwise (RFC 7946). Longitudes are continuous from the raster's western edge:
  /// beyond 180 to the east of the antimeridian.
  let polygons: [[[(longitude: Double, latitude: Double)]]]
  /// km².
  let squareKilometres: Double

  /// `nil` if the map is 0 throughout, or does not have the raster's cells.
  ///
  /// - Parameters:
  ///   - map: The map of the source.
  ///   - grid: Size of the raster; cells are clipped to it.
  ///   - transform: Position of the raster.
  init?(_ map: SourceMap, grid: Grid, transform: GeoTransform) {
    guard map.covers(grid), let highest = map.values.max(), highest > 0 else { return nil }
    let least = Self.fractionOfMaximum * Double(highest)
    let isMarked = map.values.map { Double($0) >= least }
    func row(_ corner: Int) -> Int { min(corner * SourceMap.cellSize, grid.height) }
    func column(_ corner: Int) -> Int { min(corner * SourceMap.cellSize, grid.width) }
    polygons = CellPolygons.around(isMarked, columns: map.columns).map { polygon in
      ([polygon.exterior] + polygon.holes).map { ring in
        (ring + ring.prefix(1)).map { corner in
          (
            transform.west + Double(column(corner.column)) * transform.longitudeStep,
            transform.north + Double(row(corner.row)) * transform.latitudeStep
          )
        }
      }
    }
    var area = 0.0
    for line in 0..<map.rows {
      let cells = isMarked[line * map.columns..<(line + 1) * map.columns]
      let width = cells.enumerated().reduce(0) { $1.element ? $0 + column($1.offset + 1) - column($1.offset) : $0 }
      guard width > 0 else { continue }
      let middle = transform.north + Double(row(line) + row(line + 1)) / 2 * transform.latitudeStep
      area += Double(width * (row(line + 1) - row(line))) * transform.pixelSquareKilometres(atLatitude: middle)
    }
    squareKilometres = area
  }
}

extension GeoTransform {
  /// Area of a pixel at a latitude in degrees, km².
  func pixelSquareKilometres(atLatitude latitude: Double) -> Double {
    let degree = NearestVolcano.earthRadiusKilometres * .pi / 180
    return abs(latitudeStep) * degree * abs(longitudeStep) * degree * cos(latitude * .pi / 180)
  }
}
