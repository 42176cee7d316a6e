import FileReasons
import Foundation
import Interferometry

/// Why a raster file cannot be used.
public struct RasterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such file.
    case notThere
    /// The file is empty.
    case zeroBytes
    /// The operating system does not allow reading; with its reason.
    case closed(String)
    /// The content is something else, such as an HTML page; with what it is.
    case foreign(String)
    /// A tag or storage form that changes the meaning of the numbers is not supported; with the remedy.
    case notUnderstood(String)
    /// Not a GeoTIFF, or damaged; with GDAL's message.
    case unreadable(String)
    /// Not a PNG file, or damaged; with GDAL's message.
    case noPicture(String)
    /// Pixels are missing or damaged; with GDAL's message.
    case truncated(String)
    /// There is no coordinate system.
    case noCoordinateSystem
    /// Not in degrees; with the name of the coordinate system.
    case notGeographic(String)
    /// Position or pixel spacing is missing or impossible.
    case noPlace
    /// The raster is not north up.
    case rotated
    /// More than ``GeoTIFFReader/pixelLimit`` pixels.
    case tooLarge(height: Int, width: Int)
    /// Several bands; with their number.
    case severalBands(Int)
    /// Unsupported pixel type; with GDAL's name.
    case pixelType(String)
    /// No pixel has data.
    case empty
    /// All pixels with data have this value.
    case constant(Float)
    /// A value is outside −π…π.
    case notWrappedPhase(Float)
    /// A value is outside 0…1.
    case notCoherence(Float)
    /// Size or position differs from the frame's other rasters.
    case otherGrid(String)
    /// Writing failed; with GDAL's message.
    case notWritten(String)

    public var description: String {
      switch self {
      case .notThere: "does not exist"
      case .closed(let words), .foreign(let words): words
      case .notUnderstood(let words): "is not supported: \(words)"
      case .zeroBytes: "is empty (0 bytes)"
      case .unreadable(let words): "is not a readable GeoTIFF (\(words))"
      case .noPicture(let words): "is not a readable PNG (\(words))"
      case .truncated(let words): "is truncated or damaged (\(words))"
      case .noCoordinateSystem: "has no coordinate system, expected EPSG:4326"
      case .notGeographic(let name):
        "is in the coordinate system “\(name)”, expected degrees on WGS 84 (EPSG:4326)"
          + "; reproject it with “gdalwarp -t_srs EPSG:4326 -r near”"
      case .noPlace:
        "is not georeferenced in degrees (no usable geotransform); geocode it, for example with “gdalwarp -t_srs EPSG:4326 -r near”"
      case .rotated:
        "is not north up: rows must run to the south and columns to the east; rewrite it with “gdalwarp -r near”"
      case .tooLarge(let height, let width):
        "has \(height) × \(width) pixels, but the limit is \(GeoTIFFReader.pixelLimit) pixels in total"
      case .severalBands(let count): "has \(count) bands, expected one"
      case .pixelType(let name): "has pixels of type \(name), expected Byte, Float32 or integers with a scale"
      case .empty: "is empty: no pixel has data"
      case .constant(let value): "is constant: every pixel with data is \(value)"
      case .notWrappedPhase(let value): "is not wrapped phase: it holds \(value), outside −π…π"
      case .notCoherence(let value): "is not coherence: it holds \(value), outside 0…1"
      case .otherGrid(let words): "does not fit: \(words)"
      case .notWritten(let words): "cannot be written (\(words))"
      }
    }
  }

  /// Path of the file.
  public let file: String
  /// What is wrong.
  public let reason: Reason

  public init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }

  /// Checks that a file exists, is readable and is not empty.
  ///
  /// - Throws: ``RasterError``.
  static func check(_ path: String) throws(RasterError) {
    let absolute = URL(fileURLWithPath: path).path
    var status = stat()
    guard stat(absolute, &status) == 0 else {
      let problem = FileAccess.problem(finding: absolute) ?? FileAccess.notThere
      throw RasterError(file: path, reason: problem == FileAccess.notThere ? .notThere : .closed(problem))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw RasterError(file: path, reason: .notThere) }
    guard status.st_size > 0 else { throw RasterError(file: path, reason: .zeroBytes) }
    if let problem = FileAccess.problem(reading: absolute) {
      throw RasterError(file: path, reason: .closed(problem))
    }
  }

  public var description: String { "\(file): \(reason)" }
}
