import Interferometry

/// The deforming area of an interferogram: land pixels with data whose deformation phase is at least a
/// quarter of the maximum. Empty if the maximum is below a tenth of a fringe.
public struct DeformationExtent: Hashable, Sendable {
  /// Smallest maximum of the deformation phase for which there is an extent, radians.
  public static let leastPeakRadians: Float = 0.2 * .pi
  /// Fraction of the maximum at which a pixel counts as deforming.
  public static let fraction: Float = 0.25

  /// 1 for deforming pixels, 0 elsewhere; height × width, row-major; empty if nothing deforms.
  public let mask: [UInt8]
  /// Bounding box of the deforming pixels; `nil` if nothing deforms.
  public let box: PixelBox?

  /// A bounding box; rows and columns count from 0, the last ones are included.
  public struct PixelBox: Hashable, Sendable {
    /// First row.
    public var firstRow: Int
    /// First column.
    public var firstColumn: Int
    /// Last row, included.
    public var lastRow: Int
    /// Last column, included.
    public var lastColumn: Int
  }

  init(of unit: [Float]?, amount: Float, peak: Float, grid: Grid, where isVisible: (Int) -> Bool) {
    guard let unit, abs(peak) >= Self.leastPeakRadians else {
      mask = []
      box = nil
      return
    }
    let least = abs(peak) * Self.fraction
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
