import Interferometry

/// The location of deformation according to the network, for lists.
struct ListedBox: Sendable {
  /// Centre and half-widths in pixels of the interferogram.
  let box: PixelBox
  /// West, south, east and north edge, degrees.
  let extent: (west: Double, south: Double, east: Double, north: Double)

  init(_ box: PixelBox, at geoTransform: GeoTransform) {
    self.box = box
    let extent = geoTransform.extent(of: box)
    self.extent = (extent.west, extent.south, extent.east, extent.north)
  }
}

extension ListedInterferogram {
  /// `nil` if the network has no location head, or found nothing.
  var box: ListedBox? { result?.box.map { ListedBox($0, at: geoTransform) } }
}
