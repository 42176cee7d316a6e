/// Position of a raster: the upper-left corner of its upper-left pixel and the pixel spacing, in degrees of
/// longitude and latitude (EPSG:4326), as in MintPy's attributes `X_FIRST`, `Y_FIRST`, `X_STEP` and `Y_STEP`.
///
/// Longitudes are equal modulo 360°: a western edge of 268.75° is stored as −91.25°.
public struct GeoTransform: Hashable, Sendable, Codable {
  /// Longitude of the western edge, degrees east, −180 ..< 180. A raster across the antimeridian extends
  /// beyond 180.
  public let west: Double
  /// Latitude of the northern edge, degrees north.
  public let north: Double
  /// Pixel width, degrees, positive.
  public let longitudeStep: Double
  /// Pixel height, degrees, negative: rows run to the south.
  public let latitudeStep: Double

  /// - Parameters:
  ///   - west: Degrees east, modulo 360.
  ///   - north: Degrees north.
  ///   - longitudeStep: Degrees, positive.
  ///   - latitudeStep: Degrees, negative.
  public init(west: Double, north: Double, longitudeStep: Double, latitudeStep: Double) {
    let normalized = Longitude.normalized(west)
    self.west = normalized == 180 ? -180 : normalized
    self.north = north
    self.longitudeStep = longitudeStep
    self.latitudeStep = latitudeStep
  }

  private enum CodingKeys: String, CodingKey {
    case west, north, longitudeStep, latitudeStep
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      west: try values.decode(Double.self, forKey: .west), north: try values.decode(Double.self, forKey: .north),
      longitudeStep: try values.decode(Double.self, forKey: .longitudeStep),
      latitudeStep: try values.decode(Double.self, forKey: .latitudeStep))
  }

  /// Longitude of a column's centre, degrees east, −180…180.
  public func longitude(ofColumn column: Int) -> Double {
    Longitude.normalized(unwrappedLongitude(ofColumn: column))
  }

  /// Longitude of a column's centre, continuous from ``west``: beyond 180 to the east of the antimeridian.
  public func unwrappedLongitude(ofColumn column: Int) -> Double { west + (Double(column) + 0.5) * longitudeStep }

  /// Latitude of a row's centre, degrees north.
  public func latitude(ofRow row: Int) -> Double { north + (Double(row) + 0.5) * latitudeStep }

  /// Column of the pixel that contains a longitude, which is not wrapped; may be outside the raster, at most
  /// ``farAway``.
  public func column(atLongitude longitude: Double) -> Int {
    Self.index(((longitude - west) / longitudeStep).rounded(.down))
  }

  /// Column, in a raster of this width, of the pixel that contains a longitude modulo 360°; `nil` if it is
  /// outside the raster.
  public func column(atLongitude longitude: Double, in width: Int) -> Int? {
    let direct = column(atLongitude: longitude)
    if (0..<width).contains(direct) { return direct }
    let turns = ((longitude - west) / 360).rounded(.down)
    guard turns != 0, turns.isFinite else { return nil }
    let turned = column(atLongitude: longitude - turns * 360)
    return (0..<width).contains(turned) ? turned : nil
  }

  /// Row of the pixel that contains a latitude; may be outside the raster, at most ``farAway``.
  public func row(atLatitude latitude: Double) -> Int {
    Self.index(((latitude - north) / latitudeStep).rounded(.down))
  }

  /// An index beyond the pixels of any raster.
  public static let farAway = 1 << 40

  /// Truncates a number of pixels to an integer; values beyond any raster, and NaN, become ``farAway``.
  public static func index(_ pixels: Double) -> Int {
    guard abs(pixels) < Double(farAway) else { return pixels < 0 ? -farAway : farAway }
    return Int(pixels)
  }

  /// Whether both have the same pixel spacing: over `pixels` columns or rows the difference is below a
  /// hundredth of a pixel.
  public func hasSamePixelSize(as other: GeoTransform, over pixels: Int = 1000) -> Bool {
    hasPixelSize(of: other, within: 0.01 / Double(max(pixels, 1)))
  }

  /// Whether the relative difference in pixel size is within a tolerance.
  public func hasPixelSize(of other: GeoTransform, within tolerance: Double) -> Bool {
    abs(longitudeStep / other.longitudeStep - 1) < tolerance
      && abs(latitudeStep / other.latitudeStep - 1) < tolerance
  }

  /// Whether all pixels of a raster of this many rows or columns are at the same position, within about a
  /// hundredth of a pixel and modulo 360°.
  public func isSamePlace(as other: GeoTransform, over pixels: Int = 1000) -> Bool {
    hasSamePixelSize(as: other, over: pixels) && Longitude.distance(west, other.west) < 0.01 * longitudeStep
      && abs(north - other.north) < -0.01 * latitudeStep
  }
}
