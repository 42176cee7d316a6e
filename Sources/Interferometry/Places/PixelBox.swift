/// An upright box in a raster or patch: centre and half-extents in pixels. The centre of the upper-left pixel
/// is (0, 0); the box of that pixel alone has half-extents of 0.5.
public struct PixelBox: Hashable, Sendable, Codable {
  /// Row of the centre.
  public var centreRow: Float
  /// Column of the centre.
  public var centreColumn: Float
  /// Half of the height, positive.
  public var halfHeight: Float
  /// Half of the width, positive.
  public var halfWidth: Float

  public init(centreRow: Float, centreColumn: Float, halfHeight: Float, halfWidth: Float) {
    self.centreRow = centreRow
    self.centreColumn = centreColumn
    self.halfHeight = halfHeight
    self.halfWidth = halfWidth
  }

  /// The part inside a raster, and its fraction of the box's area; `nil` if nothing is inside.
  public func clipped(to grid: Grid) -> (box: PixelBox, fraction: Float)? {
    guard let (centreRow, halfHeight) = Self.clipped(centreRow, halfHeight, to: grid.height),
      let (centreColumn, halfWidth) = Self.clipped(centreColumn, halfWidth, to: grid.width)
    else { return nil }
    let box = PixelBox(
      centreRow: centreRow, centreColumn: centreColumn, halfHeight: halfHeight, halfWidth: halfWidth)
    return (box, halfHeight * halfWidth / (self.halfHeight * self.halfWidth))
  }

  /// Centre and half-extent of the part inside `pixels` along one axis; returned unchanged if it is
  /// completely inside.
  private static func clipped(_ centre: Float, _ half: Float, to pixels: Int) -> (Float, Float)? {
    let (low, high) = (max(-0.5, centre - half), min(Float(pixels) - 0.5, centre + half))
    guard low < high else { return nil }
    guard low > centre - half || high < centre + half else { return (centre, half) }
    return ((low + high) / 2, (high - low) / 2)
  }
}

extension GeoTransform {
  /// Edges of a box on the ground, degrees, with longitudes in −180…180. For a box across the antimeridian,
  /// west is greater than east, as in RFC 7946.
  public func extent(of box: PixelBox) -> (west: Double, south: Double, east: Double, north: Double) {
    let (row, column) = (Double(box.centreRow) + 0.5, Double(box.centreColumn) + 0.5)
    let (high, wide) = (Double(box.halfHeight), Double(box.halfWidth))
    return (
      west: Longitude.normalized(west + (column - wide) * longitudeStep),
      south: north + (row + high) * latitudeStep,
      east: Longitude.normalized(west + (column + wide) * longitudeStep),
      north: north + (row - high) * latitudeStep
    )
  }
}
