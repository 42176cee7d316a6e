import CGDAL
import Foundation
import Interferometry

/// A single-band GeoTIFF in degrees, opened for reading. One thread at a time uses it; its calls block.
public final class GeoTIFFReader {
  /// Most pixels of a raster, a hundred million (0.4 GB as float32).
  public static let pixelLimit = 100_000_000

  /// How the pixels are stored.
  public enum PixelType: Sendable {
    case byte
    case float32
  }

  public let path: String
  public let grid: Grid
  /// The upper-left corner and spacing; a raster tagged `AREA_OR_POINT=Point` is moved by half a pixel to this.
  public let geoTransform: GeoTransform
  public let pixelType: PixelType
  /// The value that the file's tag declares to be no data.
  public let noDataValue: Double?
  private let dataset: GDALDatasetH
  private let band: GDALRasterBandH

  /// Opens a file and reads what it says of itself, no pixels.
  ///
  /// - Throws: ``RasterError``.
  public init(path: String) throws {
    let absolute = URL(fileURLWithPath: path).path
    func reject(_ reason: RasterError.Reason) -> RasterError { RasterError(file: path, reason: reason) }
    var status = stat()
    guard stat(absolute, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw reject(.notThere) }
    guard status.st_size > 0 else { throw reject(.zeroBytes) }
    let dataset = try GDALLibrary.quietly {
      // Only the GeoTIFF driver, so that no file makes GDAL open others or the network.
      try "GTiff".withCString { driver in
        guard
          let dataset = GDALOpenEx(
            absolute, UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), [driver, nil], nil, nil)
        else { throw reject(.unreadable(GDALLibrary.lastMessage(about: absolute))) }
        return dataset
      }
    }
    do {
      let (height, width) = (Int(GDALGetRasterYSize(dataset)), Int(GDALGetRasterXSize(dataset)))
      guard height > 0, width > 0, height.multipliedReportingOverflow(by: width).partialValue <= Self.pixelLimit
      else { throw reject(.tooLarge(height: height, width: width)) }
      guard GDALGetRasterCount(dataset) == 1, let band = GDALGetRasterBand(dataset, 1) else {
        throw reject(.severalBands(Int(GDALGetRasterCount(dataset))))
      }
      switch GDALGetRasterDataType(band) {
      case GDT_Byte: pixelType = .byte
      case GDT_Float32, GDT_Float64: pixelType = .float32
      case let other: throw reject(.pixelType(GDALGetDataTypeName(other).map { String(cString: $0) } ?? "unknown"))
      }
      if let reason = Self.coordinateSystemFault(of: dataset) { throw reject(reason) }
      geoTransform = try Self.readGeoTransform(of: dataset, reject)
      grid = Grid(height: height, width: width)
      var hasNoData: Int32 = 0
      let noData = GDALGetRasterNoDataValue(band, &hasNoData)
      noDataValue = hasNoData != 0 ? noData : nil
      self.band = band
    } catch {
      GDALClose(dataset)
      throw error
    }
    self.path = path
    self.dataset = dataset
  }

  deinit { GDALClose(dataset) }

  /// Reads all pixels as they are stored into `buffer` (height × width, row-major).
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

  private static func coordinateSystemFault(of dataset: GDALDatasetH) -> RasterError.Reason? {
    GDALLibrary.quietly {
      guard let system = GDALGetSpatialRef(dataset) else { return .noCoordinateSystem }
      let name = OSRGetName(system).map { String(cString: $0) } ?? "unnamed"
      guard OSRIsGeographic(system) != 0 else {
        return OSRIsLocal(system) != 0 ? .noCoordinateSystem : .notGeographic(name)
      }
      // WGS 84 and its realisations and relatives (ITRF, GRS 80) differ by less than a pixel.
      let radius = OSRGetSemiMajor(system, nil)
      let degree = OSRGetAngularUnits(system, nil)
      guard abs(radius - 6_378_137) < 1, abs(degree - .pi / 180) < 1e-9 else { return .notGeographic(name) }
      return nil
    }
  }

  private static func readGeoTransform(
    of dataset: GDALDatasetH, _ reject: (RasterError.Reason) -> RasterError
  ) throws -> GeoTransform {
    var terms = [Double](repeating: 0, count: 6)
    guard GDALLibrary.quietly({ GDALGetGeoTransform(dataset, &terms) }) == CE_None, terms.allSatisfy(\.isFinite)
    else { throw reject(.noPlace) }
    guard terms[2] == 0, terms[4] == 0, terms[1] > 0, terms[5] < 0 else { throw reject(.rotated) }
    guard abs(terms[0]) <= 540, abs(terms[3]) <= 91, terms[1] < 10, terms[5] > -10 else { throw reject(.noPlace) }
    return GeoTransform(west: terms[0], north: terms[3], longitudeStep: terms[1], latitudeStep: terms[5])
  }
}
