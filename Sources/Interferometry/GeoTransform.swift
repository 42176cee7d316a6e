/// Where a raster lies: the upper-left corner of its upper-left pixel and the pixel spacing, in degrees of
/// longitude and latitude (EPSG:4326), as MintPy's attributes `X_FIRST`, `Y_FIRST`, `X_STEP` and `Y_STEP` give it.
///
/// Longitudes are equal modulo 360°: a western edge of 268.75° is one of −91.25°, and only the latter is kept.
public struct GeoTransform: Hashable, Sendable, Codable {
  /// Longitude of the western edge, degrees east, −180 up to but not including 180. A raster that crosses the
  /// antimeridian ends beyond 180.
  public let west: Double
  /// Latitude of the northern edge, degrees north.
  public let north: Double
  /// Pixel width, degrees, positive.
  public let longitudeStep: Double
  /// Pixel height, degrees, negative: rows run to the south.
  public let latitudeStep: Double

  /// - Parameters:
  ///   - west: on any turn of the globe.
  ///   - north: degrees north.
  ///   - longitudeStep: degrees, positive.
  ///   - latitudeStep: degrees, negative.
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

  /// The longitude of a column's centre, degrees east, −180…180.
  public func longitude(ofColumn column: Int) -> Double {
    Longitude.normalized(unwrappedLongitude(ofColumn: column))
  }

  /// The longitude of a column's centre, counted on from ``west``: beyond 180 east of the antimeridian.
  public func unwrappedLongitude(ofColumn column: Int) -> Double { west + (Double(column) + 0.5) * longitudeStep }

  /// The latitude of a row's centre, degrees north.
  public func latitude(ofRow row: Int) -> Double { north + (Double(row) + 0.5) * latitudeStep }

  /// The column whose pixel holds this longitude, counted on from ``west`` without turning; may lie outside the raster,
  /// at most ``farAway``.
  public func column(atLongitude longitude: Double) -> Int {
    Self.index(((longitude - west) / longitudeStep).rounded(.down))
  }

  /// The column of a raster of this width whose pixel holds a longitude on any turn of the globe; `nil` where the raster
  /// does not span it.
  public func column(atLongitude longitude: Double, in width: Int) -> Int? {
    let direct = column(atLongitude: longitude)
    if (0..<width).contains(direct) { return direct }
    let turns = ((longitude - west) / 360).rounded(.down)
    guard turns != 0, turns.isFinite else { return nil }
    let turned = column(atLongitude: longitude - turns * 360)
    return (0..<width).contains(turned) ? turned : nil
  }

  /// The row whose pixel holds this latitude; may lie outside the raster, at most ``farAway``.
  public func row(atLatitude latitude: Double) -> Int {
    Self.index(((latitude - north) / latitudeStep).rounded(.down))
  }

  /// Farther from a raster than any pixel of any raster.
  public static let farAway = 1 << 40

  /// A whole number of pixels; what is farther away than any raster is wide, or no number, is ``farAway``.
  public static func index(_ pixels: Double) -> Int {
    guard abs(pixels) < Double(farAway) else { return pixels < 0 ? -farAway : farAway }
    return Int(pixels)
  }

  /// Whether both rasters have one pixel spacing: over `pixels` columns or rows they drift apart by less than a
  /// hundredth of a pixel.
  public func hasSamePixelSize(as other: GeoTransform, over pixels: Int = 1000) -> Bool {
    hasPixelSize(of: other, within: 0.01 / Double(max(pixels, 1)))
  }

  /// Whether both rasters' pixels are of one size but for this fraction of it.
  public func hasPixelSize(of other: GeoTransform, within tolerance: Double) -> Bool {
    abs(longitudeStep / other.longitudeStep - 1) < tolerance
      && abs(latitudeStep / other.latitudeStep - 1) < tolerance
  }

  /// Whether both place every pixel of a raster of so many rows or columns within about a hundredth of a pixel, on
  /// whatever turn of the globe.
  public func isSamePlace(as other: GeoTransform, over pixels: Int = 1000) -> Bool {
    hasSamePixelSize(as: other, over: pixels) && Longitude.distance(west, other.west) < 0.01 * longitudeStep
      && abs(north - other.north) < -0.01 * latitudeStep
  }
}
