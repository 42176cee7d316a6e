import CGDAL
import Files
import Interferometry

/// Writes GeoTIFFs in EPSG:4326, atomically by rename. Equal values give equal bytes, and a file that already
/// has these bytes is not touched.
public enum GeoTIFFWriter {
  /// A named band of float32 pixels, row-major.
  public struct Band: Sendable {
    /// Description of the band, which QGIS and `gdalinfo` show.
    public var name: String
    /// Pixels, height × width, row-major.
    public var values: [Float]

    public init(name: String, values: [Float]) {
      self.name = name
      self.values = values
    }
  }

  /// Pixels of a single-band raster, row-major.
  public enum Pixels: Sendable {
    case float32([Float])
    case byte([UInt8])

    var count: Int {
      switch self {
      case .float32(let values): values.count
      case .byte(let values): values.count
      }
    }

    var type: GDALDataType {
      switch self {
      case .float32: GDT_Float32
      case .byte: GDT_Byte
      }
    }
  }

  /// Writes a map: float32 bands with names, tiled and compressed.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - bands: At least one, each with `grid.count` pixels.
  ///   - grid: Size of the raster.
  ///   - geoTransform: Position of the raster.
  ///   - noData: Value of pixels without data.
  ///   - metadata: Metadata items of the file.
  /// - Throws: ``RasterError`` or ``FileError``; then the file at `path` is unchanged.
  public static func write(
    _ path: String, bands: [Band], grid: Grid, geoTransform: GeoTransform, noData: Float = .nan,
    metadata: [String: String] = [:]
  ) throws {
    precondition(!bands.isEmpty, "a map has a band")
    try write(
      path, bands: bands.map { ($0.name, .float32($0.values)) }, grid: grid, geoTransform: geoTransform,
      noData: Double(noData), metadata: metadata, hasCoordinateSystem: true,
      options: ["COMPRESS=DEFLATE", "PREDICTOR=3", "TILED=YES", "INTERLEAVE=BAND"])
  }

  /// Writes a single-band raster in strips, as in LiCSAR's products.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - pixels: `grid.count` pixels.
  ///   - grid: Size of the raster.
  ///   - geoTransform: Position of the raster.
  ///   - noData: Value of the no-data tag; `nil` for none.
  ///   - hasCoordinateSystem: Whether EPSG:4326 is written.
  /// - Throws: ``RasterError`` or ``FileError``; then the file at `path` is unchanged.
  public static func write(
    _ path: String, pixels: Pixels, grid: Grid, geoTransform: GeoTransform, noData: Double? = nil,
    hasCoordinateSystem: Bool = true
  ) throws {
    try write(
      path, bands: [(nil, pixels)], grid: grid, geoTransform: geoTransform, noData: noData, metadata: [:],
      hasCoordinateSystem: hasCoordinateSystem, options: ["COMPRESS=DEFLATE"])
  }

  private static func write(
    _ path: String, bands: [(name: String?, pixels: Pixels)], grid: Grid, geoTransform: GeoTransform,
    noData: Double?, metadata: [String: String], hasCoordinateSystem: Bool, options: [String]
  ) throws {
    try AtomicFile.update(path) { partial in
      try GDALLibrary.quietly {
        func check(_ succeeded: Bool) throws {
          guard succeeded else {
            throw RasterError(file: path, reason: .notWritten(GDALLibrary.lastMessage(about: path)))
          }
        }
        let dataset = options.withCStrings {
          GDALCreate(
            GDALGetDriverByName("GTiff"), partial, Int32(grid.width), Int32(grid.height), Int32(bands.count),
            bands[0].pixels.type, $0)
        }
        guard let dataset else {
          throw RasterError(file: path, reason: .notWritten(GDALLibrary.lastMessage(about: path)))
        }
        do {
          var terms = geoTransform.terms
          try check(GDALSetGeoTransform(dataset, &terms) == CE_None)
          if hasCoordinateSystem { try check(setWGS84(dataset)) }
          for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            try check(GDALSetMetadataItem(dataset, name, value, nil) == CE_None)
          }
          for (index, (name, pixels)) in bands.enumerated() {
            precondition(pixels.count == grid.count, "a band fills its grid")
            guard let band = GDALGetRasterBand(dataset, Int32(index + 1)) else { continue }
            if let name { GDALSetDescription(band, name) }
            if let noData { try check(GDALSetRasterNoDataValue(band, noData) == CE_None) }
            try check(write(pixels, to: band, grid: grid) == CE_None)
          }
          GDALFlushCache(dataset)
          try check(CPLGetLastErrorType() != CE_Failure && CPLGetLastErrorType() != CE_Fatal)
        } catch {
          GDALClose(dataset)
          throw error
        }
        // GDAL writes the directory when closing, so a full disk may be detected only here.
        GDALClose(dataset)
        try check(CPLGetLastErrorType() != CE_Failure && CPLGetLastErrorType() != CE_Fatal)
      }
    }
  }

  private static func write(_ pixels: Pixels, to band: GDALRasterBandH, grid: Grid) -> CPLErr {
    func write(_ pointer: UnsafeRawPointer?, _ type: GDALDataType) -> CPLErr {
      GDALRasterIO(
        band, GF_Write, 0, 0, Int32(grid.width), Int32(grid.height), UnsafeMutableRawPointer(mutating: pointer),
        Int32(grid.width), Int32(grid.height), type, 0, 0)
    }
    switch pixels {
    case .float32(let values): return values.withUnsafeBytes { write($0.baseAddress, GDT_Float32) }
    case .byte(let values): return values.withUnsafeBytes { write($0.baseAddress, GDT_Byte) }
    }
  }

  private static func setWGS84(_ dataset: GDALDatasetH) -> Bool {
    guard let system = OSRNewSpatialReference(nil) else { return false }
    defer { OSRRelease(system) }
    return OSRImportFromEPSG(system, 4326) == OGRERR_NONE && GDALSetSpatialRef(dataset, system) == CE_None
  }
}

extension GeoTransform {
  /// GDAL's six geotransform coefficients.
  fileprivate var terms: [Double] { [west, longitudeStep, 0, north, 0, latitudeStep] }
}
