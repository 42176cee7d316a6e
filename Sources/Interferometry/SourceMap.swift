/// Where in an interferogram the network sees a source: the probability that it lies in each cell of
/// ``cellSize`` × ``cellSize`` pixels, quantised to bytes.
public struct SourceMap: Hashable, Sendable {
  /// Pixels across a cell.
  public static let cellSize = 8

  /// Rows of cells; the last may reach beyond the raster.
  public let rows: Int
  /// Columns of cells; the last may reach beyond the raster.
  public let columns: Int
  /// Probability × 255 of each cell, rounded, row-major.
  public var values: [UInt8]

  /// - Parameters:
  ///   - grid: Size of the interferogram.
  ///   - values: As many as there are cells; `nil` for 0 throughout.
  public init(grid: Grid, values: [UInt8]? = nil) {
    rows = (grid.height + Self.cellSize - 1) / Self.cellSize
    columns = (grid.width + Self.cellSize - 1) / Self.cellSize
    let count = rows * columns
    precondition(values.map { $0.count == count } ?? true, "the cells cover the raster")
    self.values = values ?? [UInt8](repeating: 0, count: count)
  }

  /// Probability of the cell that holds a pixel, 0…1.
  public func probability(row: Int, column: Int) -> Float {
    Float(values[row / Self.cellSize * columns + column / Self.cellSize]) / 255
  }
}
