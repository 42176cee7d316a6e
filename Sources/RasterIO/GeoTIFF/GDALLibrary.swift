import CGDAL

/// GDAL, configured once per process: GeoTIFF driver only, no sidecar files, bounded block cache.
enum GDALLibrary {
  private static let cacheBytes: GIntBig = 64 << 20

  private static let isReady: Bool = {
    CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR")
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO")
    // Set here so that a user's environment cannot change the meaning of a file.
    CPLSetConfigOption("GTIFF_POINT_GEO_IGNORE", "NO")
    CPLSetConfigOption("GDAL_GEOREF_SOURCES", "INTERNAL")
    CPLSetConfigOption("GTIFF_HONOUR_NEGATIVE_SCALEY", "NO")
    GDALRegister_GTiff()
    GDALSetCacheMax64(cacheBytes)
    return GDALGetDriverByName("GTiff") != nil
  }()

  /// Registers the PNG driver, on first use.
  static let registerPNG: Void = GDALRegister_PNG()

  /// Calls GDAL without output to the terminal; ``lastMessage(about:)`` returns its messages.
  static func quietly<Result>(_ body: () throws -> Result) rethrows -> Result {
    precondition(isReady, "GDAL has its GeoTIFF driver")
    CPLPushErrorHandler(CPLQuietErrorHandler)
    defer { CPLPopErrorHandler() }
    CPLErrorReset()
    return try body()
  }

  /// The last error or warning of this thread, on one line, without the file name that it may contain.
  static func lastMessage(about file: String) -> String {
    let text = CPLGetLastErrorMsg().map { String(cString: $0) } ?? ""
    guard !text.isEmpty else { return "no reason given by GDAL" }
    return text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("\(file), ", with: "")
      .replacing("\(file): ", with: "").replacing("`\(file)' ", with: "")
  }
}
