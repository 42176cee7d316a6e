import Interferometry

/// Where a network says that it deforms, as lists tell it.
struct ListedBox: Sendable {
  /// Centre row and column, half-height and half-width, in the interferogram's pixels, to a hundredth.
  let pixels: [String]
  /// Its western, southern, eastern and northern edge, degrees.
  let edges: [String]

  init(_ box: PixelBox, at geoTransform: GeoTransform) {
    pixels = [box.centreRow, box.centreColumn, box.halfHeight, box.halfWidth].map {
      CandidateTables.decimal(Double($0), places: 2)
    }
    let extent = geoTransform.extent(of: box)
    edges = [extent.west, extent.south, extent.east, extent.north].map(CandidateTables.degrees)
  }

  var fields: [String] { pixels + edges }
}

extension ListedInterferogram {
  /// `nil` where the network says nothing.
  var box: ListedBox? { result?.box.map { ListedBox($0, at: geoTransform) } }
}
