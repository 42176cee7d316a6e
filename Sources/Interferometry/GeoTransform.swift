/// Where a raster lies: the upper-left corner of its upper-left pixel and the pixel spacing, in degrees of
/// longitude and latitude (EPSG:4326), as MintPy's attributes `X_FIRST`, `Y_FIRST`, `X_STEP` and `Y_STEP` say it.
public struct GeoTransform: Hashable, Sendable, Codable {
  /// Longitude of the western edge, degrees east.
  public let west: Double
  /// Latitude of the northern edge, degrees north.
  public let north: Double
  /// Pixel width, degrees, positive.
  public let longitudeStep: Double
  /// Pixel height, degrees, negative: rows run to the south.
  public let latitudeStep: Double

  public init(west: Double, north: Double, longitudeStep: Double, latitudeStep: Double) {
    self.west = west
    self.north = north
    self.longitudeStep = longitudeStep
    self.latitudeStep = latitudeStep
  }

  /// The longitude of a column's centre, degrees east.
  public func longitude(ofColumn column: Int) -> Double { west + (Double(column) + 0.5) * longitudeStep }

  /// The latitude of a row's centre, degrees north.
  public func latitude(ofRow row: Int) -> Double { north + (Double(row) + 0.5) * latitudeStep }

  /// The column whose pixel holds this longitude; may lie outside the raster, at most ``farAway``.
  public func column(atLongitude longitude: Double) -> Int {
    Self.index(((longitude - west) / longitudeStep).rounded(.down))
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
    let tolerance = 0.01 / Double(max(pixels, 1))
    return abs(longitudeStep / other.longitudeStep - 1) < tolerance
      && abs(latitudeStep / other.latitudeStep - 1) < tolerance
  }
}
