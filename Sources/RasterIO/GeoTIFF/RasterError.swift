import Interferometry

/// Why a raster file cannot be used: which file, and the reason in words.
public struct RasterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable, CustomStringConvertible {
    case notThere
    case zeroBytes
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
      case .notThere: "is not there"
      case .zeroBytes: "is empty (0 bytes)"
      case .unreadable(let words): "is no readable GeoTIFF (\(words))"
      case .noPicture(let words): "is no readable PNG (\(words))"
      case .truncated(let words): "is truncated or damaged (\(words))"
      case .noCoordinateSystem: "has no coordinate system, expected EPSG:4326"
      case .notGeographic(let name): "is in the coordinate system “\(name)”, expected degrees on WGS 84 (EPSG:4326)"
      case .noPlace: "does not say where it lies (no geotransform)"
      case .rotated: "is not north up: rows must run to the south and columns to the east"
      case .tooLarge(let height, let width):
        "has \(height) × \(width) pixels, at most \(GeoTIFFReader.pixelLimit) in all are read"
      case .severalBands(let count): "has \(count) bands, expected one"
      case .pixelType(let name): "has pixels of type \(name), expected Byte or Float32"
      case .empty: "is empty: no pixel has data"
      case .constant(let value): "is constant: every pixel with data is \(value)"
      case .notWrappedPhase(let value): "is not wrapped phase: it holds \(value), outside −π…π"
      case .notCoherence(let value): "is not coherence: it holds \(value), outside 0…1"
      case .otherGrid(let words): "is wrongly sized: \(words)"
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

  public var description: String { "\(file): \(reason)" }
}
