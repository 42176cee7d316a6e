import CGDAL

/// GDAL, set up once per process: the GeoTIFF driver alone, no files beside the named one, a bounded block cache.
enum GDALLibrary {
  private static let cacheBytes: GIntBig = 64 << 20

  private static let isReady: Bool = {
    CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR")
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO")
    // A user's environment must not change what a file means.
    CPLSetConfigOption("GTIFF_POINT_GEO_IGNORE", "NO")
    CPLSetConfigOption("GDAL_GEOREF_SOURCES", "INTERNAL")
    CPLSetConfigOption("GTIFF_HONOUR_NEGATIVE_SCALEY", "NO")
    GDALRegister_GTiff()
    GDALSetCacheMax64(cacheBytes)
    return GDALGetDriverByName("GTiff") != nil
  }()

  /// The driver for pictures, for those who ask.
  static let registerPNG: Void = GDALRegister_PNG()

  /// Calls GDAL with its messages kept off the terminal; they are read with ``lastMessage(about:)``.
  static func quietly<Result>(_ body: () throws -> Result) rethrows -> Result {
    precondition(isReady, "GDAL has its GeoTIFF driver")
    CPLPushErrorHandler(CPLQuietErrorHandler)
    defer { CPLPopErrorHandler() }
    CPLErrorReset()
    return try body()
  }

  /// The last error or warning of this thread, on one line, without the name of the file it is about.
  static func lastMessage(about file: String) -> String {
    let text = CPLGetLastErrorMsg().map { String(cString: $0) } ?? ""
    guard !text.isEmpty else { return "no reason given by GDAL" }
    return text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("\(file), ", with: "")
      .replacing("\(file): ", with: "").replacing("`\(file)' ", with: "")
  }
}
