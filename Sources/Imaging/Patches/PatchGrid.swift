import Interferometry

/// Where the patches of one interferogram lie: squares of `size` pixels whose rows and columns start at multiples
/// of a stride, the last row and column flush with the raster's edge.
///
/// Patches are numbered row by row, from the north-west.
public struct PatchGrid: Hashable, Sendable {
  /// The raster that is cut into patches.
  public let grid: Grid
  /// Pixels across a patch.
  public let size: Int
  /// First pixel row of each row of patches, rising.
  public let rowStarts: [Int]
  /// First pixel column of each column of patches, rising.
  public let columnStarts: [Int]

  /// `nil` where the raster is smaller than one patch: such an interferogram has no patch at all and is for the
  /// caller to reject.
  ///
  /// - Parameters:
  ///   - grid: The raster.
  ///   - size: Pixels across a patch.
  ///   - stride: Pixels from one patch to the next.
  ///   - alignment: 1 leaves nothing uncovered. Sweeps of earlier versions rounded the last start down to a multiple of
  ///     it; what then stays uncovered at the edge (fewer than `alignment` pixels) is ``ProbabilityMerger``'s to fill.
  public init?(grid: Grid, size: Int, stride: Int, alignment: Int = 1) {
    precondition(size > 0 && stride > 0 && alignment > 0, "patches have a size and a distance")
    guard grid.height >= size, grid.width >= size else { return nil }
    self.grid = grid
    self.size = size
    rowStarts = Self.starts(length: grid.height, size: size, stride: stride, alignment: alignment)
    columnStarts = Self.starts(length: grid.width, size: size, stride: stride, alignment: alignment)
  }

  /// Number of patches.
  public var count: Int { rowStarts.count * columnStarts.count }

  /// Pixels of one patch.
  public var patchArea: Int { size * size }

  /// The upper-left pixel of a patch.
  public func origin(of patch: Int) -> (row: Int, column: Int) {
    precondition((0..<count).contains(patch), "patches are numbered from 0 up to their count")
    let (row, column) = patch.quotientAndRemainder(dividingBy: columnStarts.count)
    return (rowStarts[row], columnStarts[column])
  }

  /// Rows from the top that some patch covers.
  public var coveredHeight: Int { (rowStarts.last ?? 0) + size }
  /// Columns from the left that some patch covers.
  public var coveredWidth: Int { (columnStarts.last ?? 0) + size }

  /// How many pixels in from a patch's upper and left edge the window begins that a network of this input size
  /// sees: the central one, half a pixel to the north-west where it cannot be central. `nil` where the network
  /// wants more than a patch has.
  public func centralWindow(inputSize: Int) -> Int? {
    guard inputSize > 0, inputSize <= size else { return nil }
    return (size - inputSize) / 2
  }

  private static func starts(length: Int, size: Int, stride: Int, alignment: Int) -> [Int] {
    let last = (length - size) / alignment * alignment
    return Array(Swift.stride(from: 0, to: last, by: stride)) + [last]
  }
}
