/// An upright box in a raster or a patch: its centre and half its extents, pixels. The centre of the upper-left pixel is
/// (0, 0), and a box around that pixel alone has half-widths of 0.5.
public struct PixelBox: Hashable, Sendable, Codable {
  public var centreRow: Float
  public var centreColumn: Float
  /// Half the box's height, positive.
  public var halfHeight: Float
  /// Half the box's width, positive.
  public var halfWidth: Float

  public init(centreRow: Float, centreColumn: Float, halfHeight: Float, halfWidth: Float) {
    self.centreRow = centreRow
    self.centreColumn = centreColumn
    self.halfHeight = halfHeight
    self.halfWidth = halfWidth
  }

  /// The part inside a raster, and its share of the box's area; `nil` where nothing is inside.
  public func clipped(to grid: Grid) -> (box: PixelBox, share: Float)? {
    guard let (centreRow, halfHeight) = Self.clipped(centreRow, halfHeight, to: grid.height),
      let (centreColumn, halfWidth) = Self.clipped(centreColumn, halfWidth, to: grid.width)
    else { return nil }
    let box = PixelBox(
      centreRow: centreRow, centreColumn: centreColumn, halfHeight: halfHeight, halfWidth: halfWidth)
    return (box, halfHeight * halfWidth / (self.halfHeight * self.halfWidth))
  }

  /// A side's centre and half of it inside so many pixels; one that lies inside stays as it is, to the last bit.
  private static func clipped(_ centre: Float, _ half: Float, to pixels: Int) -> (Float, Float)? {
    let (low, high) = (max(-0.5, centre - half), min(Float(pixels) - 0.5, centre + half))
    guard low < high else { return nil }
    guard low > centre - half || high < centre + half else { return (centre, half) }
    return ((low + high) / 2, (high - low) / 2)
  }
}

extension GeoTransform {
  /// The edges of a box on the ground, degrees, longitudes within −180…180: the western edge of a box across the
  /// antimeridian is the greater number, as in RFC 7946.
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
