import CGDAL
import FileReasons
import Foundation
import Interferometry

/// A PNG picture without georeference, such as a published quick-look: one to four bands of at most 8 bits.
public struct ImageReader: Sendable {
  /// Largest number of pixels.
  public static let pixelLimit = GeoTIFFReader.pixelLimit

  /// Size of the picture.
  public let grid: Grid
  /// One band (gray), two (gray, opacity), three (red, green, blue) or four (with opacity), each height ×
  /// width, row-major, 0…255. Palette colours are looked up, grays of fewer bits are scaled to 0…255, and a
  /// transparent colour (tRNS chunk) becomes an opacity of 0 or 255.
  public let bands: [[UInt8]]

  /// Reads a PNG file. Blocks.
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
            .notUnderstood(
              "its bands have 16 bits, pictures are read with 8 or fewer; convert it with “gdal_translate -of PNG -ot "
                + "Byte -scale 0 65535 0 255”"))
        }
        var pixels = [UInt8](repeating: 0, count: height * width)
        let failure = GDALRasterIO(
          band, GF_Read, 0, 0, Int32(width), Int32(height), &pixels, Int32(width), Int32(height), GDT_Byte, 0, 0)
        guard failure == CE_None else { throw reject(.truncated(GDALLibrary.lastMessage(about: absolute))) }
        bands.append(pixels)
      }
      if count == 1, let table = GDALGetRasterColorTable(GDALGetRasterBand(dataset, 1)) {
        bands = Self.colours(of: bands[0], in: table)
      } else {
        let largest = Self.largestNumber(dataset)
        let opacity = Self.transparentColour(dataset, bands: count, largest: largest)
          .map { Self.opacity(of: bands, transparent: $0) }
        if largest < 255 { bands = bands.map { $0.map { $0 &* (255 / largest) } } }
        if let opacity { bands.append(opacity) }
      }
      return (Grid(height: height, width: width), bands)
    }
  }

  /// The number that means white: GDAL unpacks grays of 1, 2 and 4 bits without scaling them.
  private static func largestNumber(_ dataset: GDALDatasetH) -> UInt8 {
    let bits = GDALGetMetadataItem(GDALGetRasterBand(dataset, 1), "NBITS", "IMAGE_STRUCTURE")
      .flatMap { Int(String(cString: $0)) }
    guard let bits, (1..<8).contains(bits) else { return 255 }
    return UInt8(1 << bits - 1)
  }

  /// The transparent colour, one number per band, before scaling.
  private static func transparentColour(_ dataset: GDALDatasetH, bands: Int, largest: UInt8) -> [UInt8]? {
    var numbers: [Int] = []
    if bands == 1 {
      var found: Int32 = 0
      let noData = GDALGetRasterNoDataValue(GDALGetRasterBand(dataset, 1), &found)
      if found != 0, let number = Int(exactly: noData) { numbers = [number] }
    } else if let text = GDALGetMetadataItem(dataset, "NODATA_VALUES", nil) {
      numbers = String(cString: text).split(separator: " ").compactMap { Int($0) }
    }
    guard numbers.count == bands else { return nil }
    // The chunk has 16 bits per number, of which only as many as the pixel depth count (PNG, tRNS).
    return numbers.map { UInt8(truncatingIfNeeded: $0) & largest }
  }

  private static func opacity(of bands: [[UInt8]], transparent colour: [UInt8]) -> [UInt8] {
    var opacity = [UInt8](repeating: 0, count: bands[0].count)
    for (band, number) in zip(bands, colour) {
      for pixel in band.indices where band[pixel] != number { opacity[pixel] = 255 }
    }
    return opacity
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
