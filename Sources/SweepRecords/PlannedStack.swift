import Interferometry

/// A stack of the archive as the sweep plans it.
public struct PlannedStack: Hashable, Sendable {
  /// File name inside the archive.
  public var file: String
  /// The volcano's key.
  public var volcano: String
  /// The volcano's name as people write it.
  public var volcanoName: String
  /// Name of the frame, as in the archive.
  public var frame: String
  /// Rows and columns of each interferogram, pixels.
  public var grid: Grid
  /// Upper-left corner and pixel spacing, degrees (EPSG:4326).
  public var geoTransform: GeoTransform

  public init(
    file: String, volcano: String, volcanoName: String, frame: String, grid: Grid, geoTransform: GeoTransform
  ) {
    self.file = file
    self.volcano = volcano
    self.volcanoName = volcanoName
    self.frame = frame
    self.grid = grid
    self.geoTransform = geoTransform
  }
}
