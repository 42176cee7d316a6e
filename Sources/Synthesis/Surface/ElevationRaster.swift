import CGDAL
import Foundation
import Interferometry
import RasterIO

/// Heights from a raster file that GDAL reads, such as an SRTM tile (`.hgt`).
public struct ElevationRaster: Sendable {
  /// Size of the raster.
  public let grid: Grid
  /// Position and spacing of the pixels, degrees.
  public let geoTransform: GeoTransform
  /// Height above sea level, metres, row-major; 0 for no data.
  public let heightMetres: [Float]

  /// Reads a file with one band, north up in degrees of longitude and latitude, of 2 × 2 to 10⁸ pixels.
  ///
  /// - Throws: ``ElevationError``.
  public init(path: String) throws(ElevationError) {
    Self.registerDrivers
    CPLPushErrorHandler(CPLQuietErrorHandler)
    defer { CPLPopErrorHandler() }
    CPLErrorReset()
    func failure(_ words: String) -> ElevationError { ElevationError(file: path, problem: words) }
    func reason() -> String { CPLGetLastErrorMsg().map { String(cString: $0) } ?? "no reason given by GDAL" }
    guard
      let dataset = GDALOpenEx(
        path, UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    else { throw failure("is not a raster that GDAL can read (\(reason()))") }
    defer { GDALClose(dataset) }
    let (height, width) = (Int(GDALGetRasterYSize(dataset)), Int(GDALGetRasterXSize(dataset)))
    guard height > 1, width > 1, height.multipliedReportingOverflow(by: width).partialValue <= 100_000_000 else {
      throw failure("has \(height) × \(width) pixels, but must have between 2 × 2 and 100 million")
    }
    var terms = [Double](repeating: 0, count: 6)
    guard GDALGetGeoTransform(dataset, &terms) == CE_None, terms[1] > 0, terms[5] < 0, terms[2] == 0, terms[4] == 0,
      abs(terms[0]) <= 540, abs(terms[3]) <= 91, terms[1] < 1, terms[5] > -1
    else { throw failure("is not georeferenced in degrees, north up; warp it to EPSG:4326") }
    guard GDALGetRasterCount(dataset) == 1, let band = GDALGetRasterBand(dataset, 1) else {
      throw failure("has \(GDALGetRasterCount(dataset)) bands, expected one band of heights")
    }
    let numbers: StoredNumbers
    do {
      numbers = try ElevationMeaning.numbers(of: dataset, band)
    } catch {
      throw failure("\(error)")
    }
    var elevations = [Float](repeating: 0, count: height * width)
    let status = elevations.withUnsafeMutableBytes {
      GDALRasterIO(
        band, GF_Read, 0, 0, Int32(width), Int32(height), $0.baseAddress, Int32(width), Int32(height), GDT_Float32,
        0,
        0)
    }
    guard status == CE_None else { throw failure("cannot be read completely (\(reason()))") }
    let noData = numbers.noData.map { Float($0) }
    for index in elevations.indices {
      let stored = elevations[index]
      let value = numbers.isIdentity ? stored : Float(numbers.value(of: Double(stored)))
      // Voids in SRTM are −32,768; the bounds exclude them and contain all heights on Earth.
      let isElevation = value.isFinite && value >= -12_000 && value <= 9000 && !noData.contains(stored)
      elevations[index] = isElevation ? value : 0
    }
    grid = Grid(height: height, width: width)
    geoTransform = GeoTransform(west: terms[0], north: terms[3], longitudeStep: terms[1], latitudeStep: terms[5])
    heightMetres = elevations
  }

  /// Height by bilinear interpolation, metres; outside the raster, that of the nearest pixel. `row` and
  /// `column` count from the upper-left corner.
  func height(row: Double, column: Double) -> Float {
    let y = min(max(row - 0.5, 0), Double(grid.height - 1))
    let x = min(max(column - 0.5, 0), Double(grid.width - 1))
    let (top, left) = (min(Int(y), grid.height - 2), min(Int(x), grid.width - 2))
    let (down, right) = (Float(y) - Float(top), Float(x) - Float(left))
    let start = top * grid.width + left
    let upper = heightMetres[start] * (1 - right) + heightMetres[start + 1] * right
    let lower = heightMetres[start + grid.width] * (1 - right) + heightMetres[start + grid.width + 1] * right
    return upper * (1 - down) + lower * down
  }

  /// Centre of the highest pixel within these bounds; centre of the raster if no pixel is within them.
  func summit(rows: (from: Double, to: Double), columns: (from: Double, to: Double)) -> (
    row: Double, column: Double
  ) {
    var best: (row: Int, column: Int)?
    for row in 0..<grid.height where rows.from <= Double(row) + 0.5 && Double(row) + 0.5 <= rows.to {
      for column in 0..<grid.width where columns.from <= Double(column) + 0.5 && Double(column) + 0.5 <= columns.to
      {
        let height = heightMetres[row * grid.width + column]
        if let at = best, height <= heightMetres[at.row * grid.width + at.column] { continue }
        best = (row, column)
      }
    }
    let found = best ?? (grid.height / 2, grid.width / 2)
    return (Double(found.row) + 0.5, Double(found.column) + 0.5)
  }

  private static let registerDrivers: Void = GDALAllRegister()
}

/// Why a DEM file cannot be used.
public struct ElevationError: Error, Hashable, CustomStringConvertible {
  /// Path of the file.
  public let file: String
  /// What is wrong and, if possible, what to do.
  public let problem: String

  public var description: String { "\(file): \(problem)" }
}
