import Foundation
import Ingestion
import Interferometry

/// Where a raster says that it lies, and what is cut from it there.
enum PlaceDecoder {
  private static let places: [[Double]] = [
    [-91.21, -0.80, 0.001, -0.001, -0.83, -91.17], [179.9, 60, 0.0013888889, -0.0013888889, 59.9, -179.95],
    [-180, 90, 1, -1, 0, 0],
  ]

  static let rasterPlaces = FuzzedDecoder(
    name: "raster-places", corpus: places.map { $0.withUnsafeBytes { Array($0) } }, form: .bytes()
  ) { bytes in
    var numbers = [Double](repeating: 0.5, count: 6)
    numbers.withUnsafeMutableBytes { $0.copyBytes(from: bytes.prefix($0.count)) }
    let place = GeoTransform(
      west: numbers[0], north: numbers[1], longitudeStep: numbers[2], latitudeStep: numbers[3])
    let source = Grid(height: 40, width: 50)
    _ = place.row(atLatitude: numbers[4])
    guard abs(numbers[4]) <= 90, abs(numbers[5]) <= 360 else { return }
    let longitude = Crop.longitude(numbers[5], in: source, at: place) ?? numbers[5]
    let crop = Crop(latitudeDegrees: numbers[4], longitudeDegrees: longitude, source: source, at: place)
    _ = crop.touchesSource
    let again = Crop(
      grid: Grid(height: 30, width: 20), geoTransform: crop.geoTransform, source: source, at: place)
    let raster = [Float](repeating: 1, count: source.count)
    var pixels = [Float](repeating: 0, count: 600)
    let valid = raster.withUnsafeBufferPointer { raster in
      pixels.withUnsafeMutableBufferPointer { again.cut(from: raster, into: $0) }
    }
    try TextDecoders.require(valid == pixels.count { $0 == 1 }, "\(valid) pixels")
  }
}
