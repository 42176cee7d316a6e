import FileReasons
import Foundation
import Interferometry

/// Why a raster file cannot be used: which file, and the reason in words.
public struct RasterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Error, Hashable, Sendable, CustomStringConvertible {
    case notThere
    case zeroBytes
    /// The operating system does not let it be read; with its words.
    case closed(String)
    /// Something else than its name says, such as an HTML page; with what it is.
    case foreign(String)
    /// A tag or a form that changes what the numbers mean and is not applied; with what to do.
    case notUnderstood(String)
    /// No GeoTIFF, or damaged; with GDAL's words.
    case unreadable(String)
    /// No PNG file, or damaged; with GDAL's words.
    case noPicture(String)
    /// The pixels break off or are damaged; with GDAL's words.
    case truncated(String)
    case noCoordinateSystem
    /// With the coordinate system's name.
    case notGeographic(String)
    case noPlace
    case rotated
    case tooLarge(height: Int, width: Int)
    case severalBands(Int)
    /// With GDAL's name of the pixel type.
    case pixelType(String)
    /// No pixel has data.
    case empty
    /// All pixels with data have this value.
    case constant(Float)
    /// A value outside −π…π.
    case notWrappedPhase(Float)
    /// A value outside 0…1.
    case notCoherence(Float)
    /// Another size or place than the frame's other rasters.
    case otherGrid(String)
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

  /// The file's path.
  public let file: String
  public let reason: Reason

  public init(file: String, reason: Reason) {
    self.file = file
    self.reason = reason
  }

  /// Checks that a file is there, may be read and holds bytes.
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
