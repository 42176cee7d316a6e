import Interferometry

/// The square around a volcano that a stack holds, and where its pixels come from in one raster.
///
/// Where the raster's pixels have the crop's size, the crop is a window of whole pixels, its offset computed once and
/// rounded to the nearest pixel, halves toward the north-west. Elsewhere each pixel is the raster's nearest.
public struct Crop: Hashable, Sendable {
  /// From the volcano to each side, degrees.
  public static let halfSideDegrees = 0.25
  /// LiCSAR's pixel, degrees.
  public static let pixelDegrees = 0.001
  /// Pixels of a side.
  public static let side = 500

  /// Size of the crop.
  public let grid: Grid
  /// Place of the crop.
  public let geoTransform: GeoTransform
  private let source: Grid
  /// The raster's row for each row of the crop; −1 outside.
  private let rows: [Int]
  /// The raster's column for each column of the crop; −1 outside.
  private let columns: [Int]

  /// The crop of a new stack: ±0.25° around a place, 500 × 500 pixels of 0.001°.
  ///
  /// - Parameters:
  ///   - latitudeDegrees: of the centre.
  ///   - longitudeDegrees: of the centre, on the raster's turn of the globe, see ``longitude(_:in:at:)``.
  ///   - source: the raster's size.
  ///   - place: the raster's place.
  public init(latitudeDegrees: Double, longitudeDegrees: Double, source: Grid, at place: GeoTransform) {
    let ideal = GeoTransform(
      west: Self.rounded(longitudeDegrees - Self.halfSideDegrees),
      north: Self.rounded(latitudeDegrees + Self.halfSideDegrees), longitudeStep: Self.pixelDegrees,
      latitudeStep: -Self.pixelDegrees)
    let grid = Grid(height: Self.side, width: Self.side)
    guard place.hasSamePixelSize(as: ideal) else {
      self.init(grid: grid, geoTransform: ideal, source: source, at: place)
      return
    }
    let (row, column) = Self.offset(of: ideal, grid, in: place, source)
    let window = GeoTransform(
      west: Self.rounded(place.west + Double(column) * place.longitudeStep),
      north: Self.rounded(place.north + Double(row) * place.latitudeStep), longitudeStep: place.longitudeStep,
      latitudeStep: place.latitudeStep)
    self.init(grid: grid, geoTransform: window, source: source, at: place)
  }

  /// The crop of a stack that is there, from a raster.
  ///
  /// - Parameters:
  ///   - grid: the stack's size.
  ///   - geoTransform: the stack's place.
  ///   - source: the raster's size.
  ///   - place: the raster's place.
  public init(grid: Grid, geoTransform: GeoTransform, source: Grid, at place: GeoTransform) {
    self.grid = grid
    self.geoTransform = geoTransform
    self.source = source
    func inside(_ index: Int, _ count: Int) -> Int { index >= 0 && index < count ? index : -1 }
    if place.hasSamePixelSize(as: geoTransform, over: max(grid.height, grid.width)) {
      let (row, column) = Self.offset(of: geoTransform, grid, in: place, source)
      rows = (0..<grid.height).map { inside(row + $0, source.height) }
      let turn = 360 / place.longitudeStep
      columns = (0..<grid.width).map {
        let direct = column + $0
        if (0..<source.width).contains(direct) { return direct }
        // Beyond an end of a raster around the globe lies its other end.
        let turned = Double(direct) + 0.5 + (direct < 0 ? turn : -turn)
        return inside(GeoTransform.index(turned.rounded(.down)), source.width)
      }
    } else {
      rows = (0..<grid.height).map {
        inside(place.row(atLatitude: geoTransform.latitude(ofRow: $0)), source.height)
      }
      columns = (0..<grid.width).map {
        place.column(atLongitude: geoTransform.unwrappedLongitude(ofColumn: $0), in: source.width) ?? -1
      }
    }
  }

  /// Whether any pixel of the crop lies in the raster.
  public var touchesSource: Bool { rows.contains { $0 >= 0 } && columns.contains { $0 >= 0 } }

  /// Fills the crop from the raster's pixels, NaN outside of it.
  ///
  /// - Parameters:
  ///   - raster: the source's height × width, row-major.
  ///   - crop: the grid's height × width, row-major.
  /// - Returns: the number of pixels that are not NaN.
  @discardableResult
  public func cut(
    from raster: UnsafeBufferPointer<Float>, into crop: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    precondition(raster.count == source.count && crop.count == grid.count, "the buffers fit the grids")
    var valid = 0
    for (row, sourceRow) in rows.enumerated() {
      let line = row * grid.width
      let sourceLine = sourceRow * source.width
      for (column, sourceColumn) in columns.enumerated() {
        let value = sourceRow < 0 || sourceColumn < 0 ? .nan : raster[sourceLine + sourceColumn]
        crop[line + column] = value
        if value == value { valid += 1 }
      }
    }
    return valid
  }

  /// A longitude on the turn of the globe that a raster uses, if the raster spans it; `nil` if it does not.
  public static func longitude(_ longitude: Double, in source: Grid, at place: GeoTransform) -> Double? {
    let turned = Longitude.unwrapped(longitude, near: place.middleLongitude(of: source))
    return (0..<source.width).contains(place.column(atLongitude: turned)) ? turned : nil
  }

  /// Rows and columns from a raster's corner to a crop's, in whole pixels.
  private static func offset(
    of crop: GeoTransform, _ grid: Grid, in place: GeoTransform, _ source: Grid
  ) -> (row: Int, column: Int) {
    // The crop's western edge on the turn of the globe on which the crop is nearest to the raster.
    let middle = crop.middleLongitude(of: grid)
    let west = crop.west + (Longitude.unwrapped(middle, near: place.middleLongitude(of: source)) - middle)
    func nearest(_ pixels: Double) -> Int {
      // A half in decimals is seldom one in binary: what is within a millionth of it counts as one.
      GeoTransform.index((pixels - 0.5 - 1e-6).rounded(.up))
    }
    return (
      nearest((crop.north - place.north) / place.latitudeStep),
      nearest((west - place.west) / place.longitudeStep)
    )
  }

  /// Degrees without binary crumbs: to a billionth, a tenth of a millimetre on the ground.
  private static func rounded(_ degrees: Double) -> Double { (degrees * 1e9).rounded() / 1e9 }
}

extension GeoTransform {
  /// The longitude of a raster's middle, counted on from its western edge.
  func middleLongitude(of grid: Grid) -> Double { west + Double(grid.width) / 2 * longitudeStep }
}
