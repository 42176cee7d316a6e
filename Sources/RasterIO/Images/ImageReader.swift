import CGDAL
import FileReasons
import Foundation
import Interferometry

/// Pictures as published quick-looks are: PNG files of one to four 8-bit bands, without a place.
public struct ImageReader: Sendable {
  /// Most pixels of a picture, a hundred million.
  public static let pixelLimit = GeoTIFFReader.pixelLimit

  public let grid: Grid
  /// One band (gray), two (gray, opacity), three (red, green, blue) or four (with opacity), each row-major 0…255;
  /// a palette's colours are looked up.
  public let bands: [[UInt8]]

  /// Reads a whole PNG file. Blocks.
  ///
  /// - Throws: ``RasterError``.
  public init(pngFile path: String) throws {
    let absolute = URL(fileURLWithPath: path).path
    func reject(_ reason: RasterError.Reason) -> RasterError { RasterError(file: path, reason: reason) }
    try RasterError.check(path)
    (grid, bands) = try GDALLibrary.quietly {
      GDALLibrary.registerPNG
      let opened = "PNG".withCString { driver in
        GDALOpenEx(
          absolute, UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), [driver, nil], nil, nil)
      }
      guard let dataset = opened else {
        let words = GDALLibrary.lastMessage(about: absolute)
        throw reject(
          ForeignContent(contentsOf: absolute).flatMap { $0 == .png ? nil : $0 }
            .map { .foreign($0.remedy(insteadOf: "a PNG picture")) } ?? .noPicture(words))
      }
      defer { GDALClose(dataset) }
      let (height, width) = (Int(GDALGetRasterYSize(dataset)), Int(GDALGetRasterXSize(dataset)))
      guard height > 0, width > 0, height.multipliedReportingOverflow(by: width).partialValue <= Self.pixelLimit
      else { throw reject(.tooLarge(height: height, width: width)) }
      let count = Int(GDALGetRasterCount(dataset))
      guard (1...4).contains(count) else { throw reject(.severalBands(count)) }
      var bands: [[UInt8]] = []
      for number in 1...count {
        guard let band = GDALGetRasterBand(dataset, Int32(number)) else { throw reject(.severalBands(count)) }
        guard GDALGetRasterDataType(band) == GDT_Byte else {
          throw reject(
            .pixelType(GDALGetDataTypeName(GDALGetRasterDataType(band)).map { String(cString: $0) } ?? "unknown"))
        }
        var pixels = [UInt8](repeating: 0, count: height * width)
        let failure = GDALRasterIO(
          band, GF_Read, 0, 0, Int32(width), Int32(height), &pixels, Int32(width), Int32(height), GDT_Byte, 0, 0)
        guard failure == CE_None else { throw reject(.truncated(GDALLibrary.lastMessage(about: absolute))) }
        bands.append(pixels)
      }
      if count == 1, let table = GDALGetRasterColorTable(GDALGetRasterBand(dataset, 1)) {
        bands = Self.colours(of: bands[0], in: table)
      }
      return (Grid(height: height, width: width), bands)
    }
  }

  private static func colours(of numbers: [UInt8], in table: GDALColorTableH) -> [[UInt8]] {
    let count = Int(GDALGetColorEntryCount(table))
    let entries = (0..<256).map { number -> GDALColorEntry in
      guard number < count, let entry = GDALGetColorEntry(table, Int32(number)) else { return GDALColorEntry() }
      return entry.pointee
    }
    let parts: [KeyPath<GDALColorEntry, Int16>] = [\.c1, \.c2, \.c3, \.c4]
    return parts.map { part in
      let values = entries.map { UInt8(clamping: $0[keyPath: part]) }
      return numbers.map { values[Int($0)] }
    }
  }
}
