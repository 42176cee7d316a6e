import Interferometry

/// One scale of an interferogram: its pixels averaged over squares, in the middle of a canvas that patches cover
/// exactly.
public struct PatchScale: Hashable, Sendable {
  /// Pixels of the interferogram along each side of a pixel of this scale; 1 for the interferogram as it is.
  public let factor: Int
  /// Rows and columns of the averaged interferogram.
  public let raster: Grid
  /// First row of the averaged interferogram on the canvas.
  public let top: Int
  /// First column of the averaged interferogram on the canvas.
  public let left: Int
  /// The patches; their grid is the canvas.
  public let patches: PatchGrid
  /// Number of patches of all finer scales.
  public let firstPatch: Int

  /// Rows and columns of the canvas.
  public var canvas: Grid { patches.grid }

  /// Whether the canvas is the interferogram itself.
  public var isPlain: Bool { factor == 1 && canvas == raster }

  /// The interferogram as it is.
  init(plain patches: PatchGrid) {
    factor = 1
    raster = patches.grid
    (top, left) = (0, 0)
    self.patches = patches
    firstPatch = 0
  }

  /// - Parameters:
  ///   - grid: Size of the interferogram.
  ///   - factor: Pixels along each side that become one.
  ///   - size: Pixels across a patch.
  ///   - stride: Most pixels from one patch to the next.
  ///   - firstPatch: Number of patches of all finer scales.
  init?(of grid: Grid, factor: Int, size: Int, stride: Int, firstPatch: Int) {
    self.factor = factor
    raster = Grid(height: (grid.height + factor - 1) / factor, width: (grid.width + factor - 1) / factor)
    guard let patches = PatchGrid(covering: raster, size: size, stride: stride) else { return nil }
    self.patches = patches
    (top, left) = ((patches.grid.height - raster.height) / 2, (patches.grid.width - raster.width) / 2)
    self.firstPatch = firstPatch
  }
}
