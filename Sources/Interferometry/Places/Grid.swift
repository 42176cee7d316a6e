/// Size of a raster in pixels. Rasters are row-major, with the northernmost row first.
public struct Grid: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Number of rows (north to south), at least 1.
  public let height: Int
  /// Number of columns (west to east), at least 1.
  public let width: Int

  /// Both sides must be at least 1.
  public init(height: Int, width: Int) {
    precondition(height > 0 && width > 0, "a grid has at least one pixel")
    self.height = height
    self.width = width
  }

  /// Number of pixels.
  public var count: Int { height * width }

  public var description: String { "\(height) × \(width)" }
}
