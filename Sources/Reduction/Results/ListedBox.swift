import Interferometry

/// Where a network says that it deforms, as lists report it.
struct ListedBox: Sendable {
  /// Its centre and half-widths in the interferogram's pixels.
  let box: PixelBox
  /// Its western, southern, eastern and northern edge, degrees.
  let extent: (west: Double, south: Double, east: Double, north: Double)

  init(_ box: PixelBox, at geoTransform: GeoTransform) {
    self.box = box
    let extent = geoTransform.extent(of: box)
    self.extent = (extent.west, extent.south, extent.east, extent.north)
  }
}

extension ListedInterferogram {
  /// `nil` where the network says nothing.
  var box: ListedBox? { result?.box.map { ListedBox($0, at: geoTransform) } }
}
