import Interferometry

/// The square around a volcano that a stack holds, and its mapping to the pixels of one raster.
///
/// If the raster's pixels have the crop's size, the crop is a window of whole pixels: the offset is computed
/// once and rounded to the nearest pixel, halves towards the north-west. Otherwise each pixel is taken from
/// the nearest pixel of the raster.
public struct Crop: Hashable, Sendable {
  /// Half of the crop's side, degrees.
  public static let halfSideDegrees = 0.25
  /// Pixel spacing of LiCSAR, degrees.
  public static let pixelDegrees = 0.001
  /// Pixels across the crop.
  public static let side = 500

  /// Size of the crop.
  public let grid: Grid
  /// Position and spacing of the crop's pixels.
  public let geoTransform: GeoTransform
  private let source: Grid
  /// Raster row of each crop row; −1 outside the raster.
  private let rows: [Int]
  /// Raster column of each crop column; −1 outside the raster.
  private let columns: [Int]

  /// The crop of a new stack: ±0.25° around a point, 500 × 500 pixels of 0.001°.
  ///
  /// - Parameters:
  ///   - latitudeDegrees: Latitude of the centre.
  ///   - longitudeDegrees: Longitude of the centre, within the raster's range; see ``longitude(_:in:at:)``.
  ///   - source: Size of the raster.
  ///   - place: Position of the raster.
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

  /// The crop of an existing stack, taken from a raster.
  ///
  /// - Parameters:
  ///   - grid: Size of the stack.
  ///   - geoTransform: Position of the stack.
  ///   - source: Size of the raster.
  ///   - place: Position of the raster.
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
        // A raster that spans the globe wraps around at its edges.
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

  /// Fills the crop from the raster's pixels, NaN outside the raster.
  ///
  /// - Parameters:
  ///   - raster: Pixels of the source, height × width, row-major.
  ///   - crop: Receives the crop, height × width, row-major.
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

  /// A longitude shifted by whole turns into the raster's range; `nil` if the raster does not contain it.
  public static func longitude(_ longitude: Double, in source: Grid, at place: GeoTransform) -> Double? {
    let turned = Longitude.unwrapped(longitude, near: place.middleLongitude(of: source))
    return (0..<source.width).contains(place.column(atLongitude: turned)) ? turned : nil
  }

  /// Rows and columns from the raster's corner to the crop's corner, in whole pixels.
  private static func offset(
    of crop: GeoTransform, _ grid: Grid, in place: GeoTransform, _ source: Grid
  ) -> (row: Int, column: Int) {
    // Western edge of the crop, shifted by whole turns so that the crop is nearest to the raster.
    let middle = crop.middleLongitude(of: grid)
    let west = crop.west + (Longitude.unwrapped(middle, near: place.middleLongitude(of: source)) - middle)
    func nearest(_ pixels: Double) -> Int {
      // Decimal halves are rarely exact in binary: values within 10⁻⁶ of a half count as a half.
      GeoTransform.index((pixels - 0.5 - 1e-6).rounded(.up))
    }
    return (
      nearest((crop.north - place.north) / place.latitudeStep),
      nearest((west - place.west) / place.longitudeStep)
    )
  }

  /// Rounded to 10⁻⁹ degrees, 0.1 mm on the ground, to remove binary rounding errors.
  private static func rounded(_ degrees: Double) -> Double { (degrees * 1e9).rounded() / 1e9 }
}

extension GeoTransform {
  /// Longitude of a raster's centre, continuous from its western edge.
  func middleLongitude(of grid: Grid) -> Double { west + Double(grid.width) / 2 * longitudeStep }
}
