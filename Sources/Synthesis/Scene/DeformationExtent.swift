import Interferometry

/// Where an interferogram deforms: the pixels of land with data whose deformation is at least a quarter of the
/// largest, if that is at least a tenth of a fringe.
public struct DeformationExtent: Hashable, Sendable {
  /// Least size of the largest deformation phase, radians, below which there is no extent.
  public static let leastPeakRadians: Float = 0.2 * .pi
  /// Share of the largest deformation that counts.
  public static let share: Float = 0.25

  /// 1 where it deforms and 0 elsewhere, row-major; empty where nothing does.
  public let mask: [UInt8]
  /// First and last row and column that deform; `nil` where nothing does.
  public let box: PixelBox?

  /// Rows and columns of a raster, the last ones included.
  public struct PixelBox: Hashable, Sendable {
    public var firstRow: Int
    public var firstColumn: Int
    public var lastRow: Int
    public var lastColumn: Int
  }

  init(of unit: [Float]?, amount: Float, peak: Float, grid: Grid, where isVisible: (Int) -> Bool) {
    guard let unit, abs(peak) >= Self.leastPeakRadians else {
      mask = []
      box = nil
      return
    }
    let least = abs(peak) * Self.share
    var mask = [UInt8](repeating: 0, count: grid.count)
    var box: PixelBox?
    for row in 0..<grid.height {
      for column in 0..<grid.width {
        let index = row * grid.width + column
        guard abs(unit[index] * amount) >= least, isVisible(index) else { continue }
        mask[index] = 1
        var grown = box ?? PixelBox(firstRow: row, firstColumn: column, lastRow: row, lastColumn: column)
        grown.firstColumn = min(grown.firstColumn, column)
        grown.lastRow = row
        grown.lastColumn = max(grown.lastColumn, column)
        box = grown
      }
    }
    self.mask = mask
    self.box = box
  }
}
