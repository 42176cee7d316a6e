extension SourceMap {
  /// A map from outside the program; `nil` if there are no cells, more than ``longestSide`` along a side, or other
  /// than as many values.
  ///
  /// - Parameters:
  ///   - rows: Rows of cells.
  ///   - columns: Columns of cells.
  ///   - values: Probability × 255 of each cell, row-major.
  public init?(rows: Int, columns: Int, values: [UInt8]) {
    let sides = 1...Self.longestSide
    guard sides.contains(rows), sides.contains(columns), values.count == rows * columns else { return nil }
    self.init(grid: Grid(height: rows * Self.cellSize, width: columns * Self.cellSize), values: values)
  }

  /// Most rows or columns of cells that a map from outside may have.
  public static let longestSide = 1 << 13

  /// Whether the map has the cells of a raster.
  public func covers(_ grid: Grid) -> Bool {
    func cells(_ pixels: Int) -> Int { (pixels + Self.cellSize - 1) / Self.cellSize }
    return rows == cells(grid.height) && columns == cells(grid.width)
  }
}
