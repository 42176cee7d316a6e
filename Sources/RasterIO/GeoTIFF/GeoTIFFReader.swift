import CGDAL
import FileReasons
import Foundation
import Interferometry

/// A georeferenced GeoTIFF in degrees with one band and an optional alpha band or mask, opened for reading.
/// Use from one thread at a time; calls block.
public final class GeoTIFFReader {
  /// Largest number of pixels of a raster (0.4 GB as float32).
  public static let pixelLimit = 100_000_000

  /// Storage of the pixels.
  public enum PixelType: Sendable {
    /// Bytes without a scale.
    case byte
    /// 32-bit floating point.
    case float32
    /// Integers or 64-bit floating point.
    case other
  }

  /// Path of the file.
  public let path: String
  /// Size of the raster.
  public let grid: Grid
  /// Upper-left corner and pixel spacing; shifted by half a pixel for a raster with `AREA_OR_POINT=Point`.
  public let geoTransform: GeoTransform
  /// Storage of the pixels.
  public let pixelType: PixelType
  /// Value of the no-data tag.
  public let noDataValue: Double?
  private let dataset: GDALDatasetH
  private let band: GDALRasterBandH
  /// The second band, if there is one; pixels are opaque above 0.
  private let alpha: GDALRasterBandH?
  private let meaning: RasterMeaning

  /// Opens a file and reads its tags, but no pixels.
  ///
  /// - Throws: ``RasterError``.
  public init(path: String) throws {
    let absolute = URL(fileURLWithPath: path).path
    func reject(_ reason: RasterError.Reason) -> RasterError { RasterError(file: path, reason: reason) }
    try RasterError.check(path)
    let dataset = try GDALLibrary.quietly {
      // Only the GeoTIFF driver, so that a file cannot make GDAL open other files or the network.
      try "GTiff".withCString { driver in
        guard
          let dataset = GDALOpenEx(
            absolute, UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), [driver, nil], nil, nil)
        else {
          let words = GDALLibrary.lastMessage(about: absolute)
          throw reject(
            ForeignContent(contentsOf: absolute).map { .foreign($0.remedy(insteadOf: "a GeoTIFF")) }
              ?? .unreadable(words))
        }
        return dataset
      }
    }
    do {
      let (height, width) = (Int(GDALGetRasterYSize(dataset)), Int(GDALGetRasterXSize(dataset)))
      guard height > 0, width > 0, height.multipliedReportingOverflow(by: width).partialValue <= Self.pixelLimit
      else { throw reject(.tooLarge(height: height, width: width)) }
      guard Self.hasOneBand(dataset), let band = GDALGetRasterBand(dataset, 1) else {
        throw reject(.severalBands(Int(GDALGetRasterCount(dataset))))
      }
      if let reason = Self.coordinateSystemFault(of: dataset) { throw reject(reason) }
      geoTransform = try Self.readGeoTransform(of: dataset, height: height, reject)
      grid = Grid(height: height, width: width)
      do {
        meaning = try GDALLibrary.quietly { try RasterMeaning(dataset, band, path: absolute) }
      } catch let reason as RasterError.Reason {
        throw reject(reason)
      }
      switch meaning.storage {
      case .bytes: pixelType = .byte
      case .float32: pixelType = .float32
      case .integers, .float64: pixelType = .other
      }
      noDataValue = meaning.noDataValue
      self.band = band
      alpha = GDALGetRasterCount(dataset) == 2 ? GDALGetRasterBand(dataset, 2) : nil
    } catch {
      GDALClose(dataset)
      throw error
    }
    self.path = path
    self.dataset = dataset
  }

  deinit { GDALClose(dataset) }

  /// Reads all pixels as stored into `buffer` (height × width, row-major).
  ///
  /// - Throws: ``RasterError`` if any part of the file is missing or damaged.
  public func read(into buffer: UnsafeMutableBufferPointer<Float>) throws {
    precondition(buffer.count == grid.count, "the buffer holds the raster")
    let (height, width) = (Int32(grid.height), Int32(grid.width))
    try GDALLibrary.quietly {
      let failure = GDALRasterIO(
        band, GF_Read, 0, 0, width, height, buffer.baseAddress, width, height, GDT_Float32, 0, 0)
      guard failure == CE_None else {
        throw RasterError(file: path, reason: .truncated(GDALLibrary.lastMessage(about: path)))
      }
    }
  }

  /// Reads all pixels as values of a quantity, in radians, 0…1 or metres. Scale, offset, unit and no-data
  /// tags are applied; masked pixels are NaN. Bytes without a scale are returned as stored codes.
  ///
  /// - Parameters:
  ///   - quantity: Quantity of the band.
  ///   - buffer: Receives height × width values, row-major.
  /// - Returns: whether the values are bytes without a scale.
  /// - Throws: ``RasterError`` for tags that are not supported, or damaged pixels.
  package func read(_ quantity: Quantity, into buffer: UnsafeMutableBufferPointer<Float>) throws -> Bool {
    let numbers: StoredNumbers
    do {
      numbers = try GDALLibrary.quietly { try meaning.numbers(of: quantity) }
    } catch let reason as RasterError.Reason {
      throw RasterError(file: path, reason: reason)
    }
    let isCodes = meaning.storage == .bytes && numbers.isIdentity
    // 0, stored or as a value, is a fill value; except in scaled integers with a no-data tag, where 0 is an
    // ordinary value, and in codes, which the caller interprets.
    let declaresNoData = meaning.noDataValue != nil || !numbers.noData.isEmpty
    let zeroIsNone =
      switch meaning.storage {
      case .bytes, .integers: !isCodes && !declaresNoData
      case .float32, .float64: true
      }
    if numbers.isIdentity, meaning.storage == .float32 || meaning.storage == .bytes {
      try read(into: buffer)
      let noData = numbers.noData.map { Float($0) } + (zeroIsNone ? [0] : [])
      if !noData.isEmpty {
        for pixel in buffer.indices where noData.contains(buffer[pixel]) { buffer[pixel] = .nan }
      }
    } else {
      try read(numbers, zeroIsNone: zeroIsNone, into: buffer)
    }
    if meaning.hasMask { try applyMask(to: buffer) }
    if let alpha { try apply(alpha: alpha, to: buffer) }
    return isCodes
  }

  /// Reads by rows, so that 64-bit numbers and large integers are converted to values before they are rounded
  /// to float32.
  private func read(
    _ numbers: StoredNumbers, zeroIsNone: Bool, into buffer: UnsafeMutableBufferPointer<Float>
  ) throws {
    precondition(buffer.count == grid.count, "the buffer holds the raster")
    let isFloat32 = meaning.storage == .float32
    let rounded = numbers.noData.map { Float($0) }
    let rows = max(1, min(grid.height, 1 << 20 / grid.width))
    var stored = [Double](repeating: 0, count: rows * grid.width)
    for start in stride(from: 0, to: grid.height, by: rows) {
      let count = min(rows, grid.height - start)
      try stored.withUnsafeMutableBytes { try read(band, GDT_Float64, rows: start..<(start + count), into: $0) }
      for index in 0..<(count * grid.width) {
        let isMissing =
          zeroIsNone && stored[index] == 0 || isFloat32 && rounded.contains(Float(stored[index]))
        let value = Float(numbers.value(of: stored[index]))
        buffer[start * grid.width + index] = isMissing || zeroIsNone && value == 0 ? .nan : value
      }
    }
  }

  private func applyMask(to buffer: UnsafeMutableBufferPointer<Float>) throws {
    guard let mask = GDALLibrary.quietly({ GDALGetMaskBand(band) }) else { return }
    let rows = max(1, min(grid.height, 1 << 22 / grid.width))
    var visible = [UInt8](repeating: 0, count: rows * grid.width)
    for start in stride(from: 0, to: grid.height, by: rows) {
      let count = min(rows, grid.height - start)
      try visible.withUnsafeMutableBytes { try read(mask, GDT_Byte, rows: start..<(start + count), into: $0) }
      for index in 0..<(count * grid.width) where visible[index] == 0 {
        buffer[start * grid.width + index] = .nan
      }
    }
  }

  /// Sets transparent pixels to no data. GDAL's own mask ignores alpha bands that are not bytes, and those of
  /// files with a no-data tag.
  private func apply(alpha: GDALRasterBandH, to buffer: UnsafeMutableBufferPointer<Float>) throws {
    let rows = max(1, min(grid.height, 1 << 20 / grid.width))
    var opacity = [Float](repeating: 0, count: rows * grid.width)
    for start in stride(from: 0, to: grid.height, by: rows) {
      let count = min(rows, grid.height - start)
      try opacity.withUnsafeMutableBytes { try read(alpha, GDT_Float32, rows: start..<(start + count), into: $0) }
      for index in 0..<(count * grid.width) where !(opacity[index] > 0) {
        buffer[start * grid.width + index] = .nan
      }
    }
  }

  private func read(
    _ band: GDALRasterBandH, _ type: GDALDataType, rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer
  ) throws {
    let (width, count) = (Int32(grid.width), Int32(rows.count))
    try GDALLibrary.quietly {
      let failure = GDALRasterIO(
        band, GF_Read, 0, Int32(rows.lowerBound), width, count, bytes.baseAddress, width, count, type, 0, 0)
      guard failure == CE_None else {
        throw RasterError(file: path, reason: .truncated(GDALLibrary.lastMessage(about: path)))
      }
    }
  }

  /// Whether there is one band, or one and an alpha band.
  private static func hasOneBand(_ dataset: GDALDatasetH) -> Bool {
    switch GDALGetRasterCount(dataset) {
    case 1: true
    case 2: GDALGetRasterBand(dataset, 2).map { GDALGetRasterColorInterpretation($0) == GCI_AlphaBand } ?? false
    default: false
    }
  }

  private static func coordinateSystemFault(of dataset: GDALDatasetH) -> RasterError.Reason? {
    switch CoordinateSystem.fault(of: dataset) {
    case nil: nil
    case .absent: .noCoordinateSystem
    case .projected(let name), .otherDegrees(let name): .notGeographic(name)
    }
  }

  private static func readGeoTransform(
    of dataset: GDALDatasetH, height: Int, _ reject: (RasterError.Reason) -> RasterError
  ) throws -> GeoTransform {
    var terms = [Double](repeating: 0, count: 6)
    guard GDALLibrary.quietly({ GDALGetGeoTransform(dataset, &terms) }) == CE_None, terms.allSatisfy(\.isFinite)
    else { throw reject(.noPlace) }
    guard terms[2] == 0, terms[4] == 0, terms[1] > 0, terms[5] < 0 else { throw reject(.rotated) }
    guard abs(terms[0]) <= 540, terms[1] < 10, terms[5] > -10 else { throw reject(.noPlace) }
    // The centres of all rows must have valid latitudes.
    guard terms[3] + terms[5] / 2 <= 90.0001, terms[3] + (Double(height) - 0.5) * terms[5] >= -90.0001
    else { throw reject(.noPlace) }
    return GeoTransform(west: terms[0], north: terms[3], longitudeStep: terms[1], latitudeStep: terms[5])
  }
}
