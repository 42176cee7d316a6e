import Interferometry

/// Positions of the patches of a raster: squares of `size` pixels whose rows and columns start at multiples of a
/// stride; the last row and column are flush with the raster's edge.
///
/// Patches are numbered row by row, from the north-west.
public struct PatchGrid: Hashable, Sendable {
  /// Size of the raster.
  public let grid: Grid
  /// Pixels across a patch.
  public let size: Int
  /// First pixel row of each row of patches, increasing.
  public let rowStarts: [Int]
  /// First pixel column of each column of patches, increasing.
  public let columnStarts: [Int]

  /// `nil` if the raster is smaller than one patch; the caller must reject such an interferogram.
  ///
  /// - Parameters:
  ///   - grid: Size of the raster.
  ///   - size: Pixels across a patch.
  ///   - stride: Pixels from one patch to the next.
  ///   - alignment: 1 covers the whole raster. Sweeps of earlier versions rounded the last start down to a
  ///     multiple of this number; ``ProbabilityMerger`` fills the uncovered pixels at the edge (fewer than
  ///     `alignment`).
  public init?(grid: Grid, size: Int, stride: Int, alignment: Int = 1) {
    precondition(size > 0 && stride > 0 && alignment > 0, "patches have a size and a distance")
    guard grid.height >= size, grid.width >= size else { return nil }
    self.grid = grid
    self.size = size
    rowStarts = Self.starts(length: grid.height, size: size, stride: stride, alignment: alignment)
    columnStarts = Self.starts(length: grid.width, size: size, stride: stride, alignment: alignment)
  }

  /// The fewest patches that cover a raster with equal distances, on a canvas that they cover exactly; `nil` for an
  /// empty raster.
  ///
  /// Distances are multiples of ``latticeStep``, so that patches share the layers of a network in front that have
  /// strides up to it.
  ///
  /// - Parameters:
  ///   - raster: Size of what the canvas holds.
  ///   - size: Pixels across a patch.
  ///   - stride: Most pixels from one patch to the next, a multiple of ``latticeStep``.
  public init?(covering raster: Grid, size: Int, stride: Int) {
    precondition(size > 0 && stride > 0 && stride % Self.latticeStep == 0, "patches have a size and a distance")
    guard raster.height > 0, raster.width > 0 else { return nil }
    self.size = size
    rowStarts = Self.evenStarts(length: raster.height, size: size, stride: stride)
    columnStarts = Self.evenStarts(length: raster.width, size: size, stride: stride)
    grid = Grid(height: (rowStarts.last ?? 0) + size, width: (columnStarts.last ?? 0) + size)
  }

  /// The first rows and columns of patches on a canvas are multiples of this.
  public static let latticeStep = 4

  private static func evenStarts(length: Int, size: Int, stride: Int) -> [Int] {
    let rest = max(0, length - size)
    let steps = (rest + stride - 1) / stride
    guard steps > 0 else { return [0] }
    let distance = ((rest + steps - 1) / steps + latticeStep - 1) / latticeStep * latticeStep
    return (0...steps).map { $0 * distance }
  }

  /// Number of patches.
  public var count: Int { rowStarts.count * columnStarts.count }

  /// Pixels in one patch.
  public var patchArea: Int { size * size }

  /// The upper-left pixel of a patch.
  public func origin(of patch: Int) -> (row: Int, column: Int) {
    precondition((0..<count).contains(patch), "patches are numbered from 0 up to their count")
    let (row, column) = patch.quotientAndRemainder(dividingBy: columnStarts.count)
    return (rowStarts[row], columnStarts[column])
  }

  /// Number of rows from the top that patches cover.
  public var coveredHeight: Int { (rowStarts.last ?? 0) + size }
  /// Number of columns from the left that patches cover.
  public var coveredWidth: Int { (columnStarts.last ?? 0) + size }

  /// Offset, in pixels from a patch's upper and left edge, of the window that a network of this input size
  /// sees: the central one, half a pixel to the north-west if it cannot be central. `nil` if the input is
  /// larger than a patch.
  public func centralWindow(inputSize: Int) -> Int? {
    guard inputSize > 0, inputSize <= size else { return nil }
    return (size - inputSize) / 2
  }

  private static func starts(length: Int, size: Int, stride: Int, alignment: Int) -> [Int] {
    let last = (length - size) / alignment * alignment
    return Array(Swift.stride(from: 0, to: last, by: stride)) + [last]
  }
}
