import Detection
import Imaging
import Interferometry

/// The patches of a frame's interferograms at all scales, and what their maps are made from.
struct FramePatches {
  let layout: PatchLayout
  /// Whether an interferogram's map is that of its source, where the network told one.
  let usesSources: Bool

  init(_ layout: PatchLayout, usesSources: Bool) {
    (self.layout, self.usesSources) = (layout, usesSources)
  }

  /// - Returns: `nil` if no patch fits into the raster.
  init?(_ rule: PatchRule, of grid: Grid) {
    guard let layout = rule.layout(of: grid) else { return nil }
    self.init(layout, usesSources: rule.profile.usesCanvas)
  }
}
