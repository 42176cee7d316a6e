import Files
import Interferometry

/// Writes maps (root datasets of height × width) as HDF5 files that MintPy's `view.py` and GDAL can open.
public enum MapFile {
  /// Pixels of a map, row-major.
  public enum Values: Sendable {
    case float32([Float])
    case int32([Int32])
  }

  /// One dataset in the root.
  public struct Layer: Sendable {
    /// Name of the dataset.
    public var name: String
    /// Pixels, height × width, row-major.
    public var values: Values
    /// Text attributes of the dataset.
    public var attributes: [String: String]

    public init(name: String, values: Values, attributes: [String: String] = [:]) {
      self.name = name
      self.values = values
      self.attributes = attributes
    }
  }

  /// Writes a file with its layers and the root's text attributes, sorted by name. `LENGTH`, `WIDTH` and the
  /// position attributes come from `grid` and `geoTransform`. Equal values give equal bytes. The file appears
  /// by rename; a file that already has these bytes is not touched.
  ///
  /// - Throws: ``StackError`` or ``FileError``; then the file at `path` is unchanged.
  public static func write(
    _ path: String, grid: Grid, geoTransform: GeoTransform, layers: [Layer], attributes: [String: String]
  ) throws {
    var root = attributes
    root["LENGTH"] = String(grid.height)
    root["WIDTH"] = String(grid.width)
    root["X_FIRST"] = String(geoTransform.west)
    root["Y_FIRST"] = String(geoTransform.north)
    root["X_STEP"] = String(geoTransform.longitudeStep)
    root["Y_STEP"] = String(geoTransform.latitudeStep)
    root["X_UNIT"] = "degrees"
    root["Y_UNIT"] = "degrees"
    root["EPSG"] = "4326"
    // Created in memory first: on a full disk HDF5 fails in unusual ways, while a plain write reports an
    // ordinary error.
    let file = try HDF5File.createInMemory(path)
    for (name, value) in root.sorted(by: { $0.key < $1.key }) { try file.writeAttribute(name, value) }
    for layer in layers { try write(layer, grid: grid, to: file) }
    try file.flush()
    try AtomicFile.update(path, with: file.image())
  }

  private static func write(_ layer: Layer, grid: Grid, to file: HDF5File) throws {
    let shape = [grid.height, grid.width]
    let dataset: HDF5Dataset
    switch layer.values {
    case .float32(let values):
      precondition(values.count == grid.count, "a layer fills its grid")
      dataset = try file.createDataset(layer.name, .float32, shape: shape)
      try values.withUnsafeBufferPointer { try dataset.write($0, start: [0, 0], count: shape) }
    case .int32(let values):
      precondition(values.count == grid.count, "a layer fills its grid")
      dataset = try file.createDataset(layer.name, .int32, shape: shape)
      try values.withUnsafeBufferPointer { try dataset.write($0, start: [0, 0], count: shape) }
    }
    for (name, value) in layer.attributes.sorted(by: { $0.key < $1.key }) {
      try file.writeAttribute(name, value, on: dataset.handle)
    }
  }
}
