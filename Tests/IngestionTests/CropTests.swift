import Interferometry
import Testing

@testable import Ingestion

@Suite struct CropTests {
  private func cut(_ crop: Crop, grid: Grid, value: (Int, Int) -> Float) -> (pixels: [Float], valid: Int) {
    let raster = (0..<grid.count).map { value($0 / grid.width, $0 % grid.width) }
    var pixels = [Float](repeating: -1, count: crop.grid.count)
    var valid = 0
    raster.withUnsafeBufferPointer { raster in
      pixels.withUnsafeMutableBufferPointer { valid = crop.cut(from: raster, into: $0) }
    }
    return (pixels, valid)
  }

  /// Crop of a raster whose pixels are `x + 1000·y`, at an offset of `column`, `row` pixels from the raster's corner.
  private func wholePixelCrop(column: Double, row: Double) -> (crop: Crop, pixels: [Float]) {
    let grid = Grid(height: 720, width: 810)
    let place = GeoTransform(west: -92.4255, north: 0.4871667, longitudeStep: 0.001, latitudeStep: -0.001)
    let crop = Crop(
      latitudeDegrees: place.north - row * 0.001 - 0.25, longitudeDegrees: place.west + column * 0.001 + 0.25,
      source: grid, at: place)
    return (crop, cut(crop, grid: grid) { Float($1) + 1000 * Float($0) }.pixels)
  }

  @Test(arguments: [
    (100.0, 50.0, 100, 50), (100.5, 50.5, 100, 50), (100.49, 50.51, 100, 51), (100.51, 50.49, 101, 50),
    (0.5, 0.5, 0, 0), (299.5, 199.5, 299, 199), (17.3333, 3.6667, 17, 4), (1.5, 2.5, 1, 2),
  ])
  func everyRowAndColumnComesOnceAndTiesGoNorthWest(_ column: Double, _ row: Double, _ x: Int, _ y: Int) {
    let (crop, pixels) = wholePixelCrop(column: column, row: row)
    #expect(crop.grid == Grid(height: 500, width: 500))
    let expected = (0..<250_000).map { (pixel: Int) -> Float in Float(x + pixel % 500 + 1000 * (y + pixel / 500)) }
    #expect(pixels == expected)
    #expect(abs(crop.geoTransform.west - (-92.4255 + Double(x) * 0.001)) < 1e-9)
    #expect(abs(crop.geoTransform.north - (0.4871667 - Double(y) * 0.001)) < 1e-9)
  }

  @Test func halfPixelTiesGoNorthWestAtEveryOffset() {
    for offset in 0..<200 {
      let (crop, pixels) = wholePixelCrop(column: Double(offset) + 0.5, row: Double(200 - offset) + 0.5)
      #expect(pixels[0] == Float(offset + 1000 * (200 - offset)))
      #expect(pixels[249_999] == Float(offset + 499 + 1000 * (699 - offset)))
      #expect(crop.touchesSource)
    }
  }

  @Test func whatSticksOutIsPaddedWithNoData() {
    let grid = Grid(height: 300, width: 300)
    let place = GeoTransform(west: 10, north: 5, longitudeStep: 0.001, latitudeStep: -0.001)
    // The centre is the raster's pixel (10, 290): 240 rows stick out in the north, 240 columns in the east.
    let crop = Crop(latitudeDegrees: 4.99, longitudeDegrees: 10.29, source: grid, at: place)
    let (pixels, valid) = cut(crop, grid: grid) { Float($1) + 1000 * Float($0) }
    #expect(valid == 260 * 260)
    for (row, column) in [(0, 0), (239, 0), (240, 260), (499, 499)] { #expect(pixels[row * 500 + column].isNaN) }
    #expect(pixels[240 * 500] == 40)
    #expect(pixels[499 * 500 + 259] == Float(299 + 1000 * 259))
  }

  @Test func otherPixelSizesTakeTheNearestPixel() {
    let grid = Grid(height: 900, width: 1100)
    let place = GeoTransform(west: 10, north: 5, longitudeStep: 0.0007, latitudeStep: -0.0008)
    let crop = Crop(latitudeDegrees: 4.64, longitudeDegrees: 10.385, source: grid, at: place)
    #expect(crop.geoTransform.longitudeStep == 0.001)
    let pixels = cut(crop, grid: grid) { Float($1) + 1000 * Float($0) }.pixels
    for (row, column) in [(0, 0), (1, 3), (250, 250), (333, 77), (499, 499)] {
      // Pixel centres in thousandths of a degree from the raster's corner, over the raster's steps.
      let x = Int(((135.0 + Double(column) + 0.5) / 0.7).rounded(.down))
      let y = Int(((110.0 + Double(row) + 0.5) / 0.8).rounded(.down))
      #expect(pixels[row * 500 + column] == Float(x + 1000 * y))
    }
  }

  @Test func aStackThatIsThereIsFilledFromARasterHalfAPixelOff() {
    let grid = Grid(height: 40, width: 50)
    let place = GeoTransform(west: 10, north: 5, longitudeStep: 0.001, latitudeStep: -0.001)
    let stack = GeoTransform(west: 10.0104, north: 4.9946, longitudeStep: 0.001, latitudeStep: -0.001)
    let crop = Crop(grid: Grid(height: 20, width: 20), geoTransform: stack, source: grid, at: place)
    let pixels = cut(crop, grid: grid) { Float($1) + 1000 * Float($0) }.pixels
    let expected = (0..<400).map { (pixel: Int) -> Float in Float(10 + pixel % 20 + 1000 * (5 + pixel / 20)) }
    #expect(pixels == expected)
  }

  @Test func aRasterAcrossTheDateLineHoldsVolcanoesOfBothSides() {
    let grid = Grid(height: 100, width: 1200)
    let place = GeoTransform(west: 179.4, north: -17, longitudeStep: 0.001, latitudeStep: -0.001)
    #expect(Crop.longitude(-179.9, in: grid, at: place) == 360 - 179.9)
    #expect(Crop.longitude(179.5, in: grid, at: place) == 179.5)
    #expect(Crop.longitude(-179.3, in: grid, at: place) == nil)
    let stack = GeoTransform(west: -179.95, north: -17, longitudeStep: 0.001, latitudeStep: -0.001)
    let crop = Crop(grid: Grid(height: 10, width: 10), geoTransform: stack, source: grid, at: place)
    #expect(cut(crop, grid: grid) { Float($1) + 1000 * Float($0) }.pixels[0] == 650)
  }

  @Test func aRasterAroundTheGlobeHasNoEnds() {
    let grid = Grid(height: 200, width: 36_000)
    let place = GeoTransform(west: -180, north: -15.82, longitudeStep: 0.01, latitudeStep: -0.01)
    // Nearest pixels, for the raster's are ten times as wide.
    let crop = Crop(latitudeDegrees: -16.82, longitudeDegrees: -179.97, source: grid, at: place)
    let (pixels, valid) = cut(crop, grid: grid) { _, column in Float(column) }
    #expect(valid == 250_000)
    #expect(crop.geoTransform.west == 179.78)
    #expect(pixels[0] == 35_978)
    #expect(pixels[219] == 35_999)
    #expect(pixels[220] == 0)
    #expect(pixels[499] == 27)
    // Whole pixels of the raster's own size.
    let fine = GeoTransform(west: -180, north: -16.8, longitudeStep: 0.001, latitudeStep: -0.001)
    let whole = Crop(
      grid: Grid(height: 4, width: 500),
      geoTransform: GeoTransform(
        west: 179.78, north: -16.8, longitudeStep: 0.001, latitudeStep: -0.001),
      source: Grid(height: 4, width: 360_000),
      at: fine)
    let line = cut(whole, grid: Grid(height: 4, width: 360_000)) { _, column in Float(column) }.pixels
    #expect(Array(line[..<220]) == (359_780..<360_000).map { Float($0) })
    #expect(Array(line[220..<500]) == (0..<280).map { Float($0) })
  }

  @Test(arguments: [-180.22, 179.78, 539.78, -540.22]) func aCropOnAnotherTurnIsTheSame(_ west: Double) {
    let grid = Grid(height: 600, width: 700)
    let place = GeoTransform(west: west, north: -16.5, longitudeStep: 0.001, latitudeStep: -0.001)
    for longitude in [180.05, -179.95, 540.05] {
      let crop = Crop(latitudeDegrees: -16.8, longitudeDegrees: longitude, source: grid, at: place)
      #expect(crop.geoTransform.west == 179.8)
      let (pixels, valid) = cut(crop, grid: grid) { Float($1) + 1000 * Float($0) }
      #expect(valid == 250_000)
      #expect(pixels[0] == 20 + 50_000)
    }
  }
}
