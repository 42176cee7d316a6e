import Detection
import Imaging
import Interferometry

/// The patches of a frame's interferograms at all scales.
struct FramePatches {
  /// Of the finest scale.
  let finest: PatchGrid
  /// Number of patches of all scales.
  let count: Int
  let hasSeveralScales: Bool

  init(finest: PatchGrid, count: Int, hasSeveralScales: Bool) {
    (self.finest, self.count, self.hasSeveralScales) = (finest, count, hasSeveralScales)
  }

  /// - Returns: `nil` if no patch fits into the raster.
  init?(_ rule: PatchRule, of grid: Grid) {
    guard let patches = rule.patches(of: grid) else { return nil }
    self.init(finest: patches, count: patches.count, hasSeveralScales: false)
  }
}
