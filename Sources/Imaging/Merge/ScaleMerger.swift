import Interferometry

/// Merges the patch probabilities of all scales into one probability map: each scale by the profile's rule on its
/// canvas, then at each pixel the highest of the scales, so that a source that one scale sees clearly loses
/// nothing to the others.
///
/// Owns its scratch memory, so one value serves one thread.
public final class ScaleMerger {
  /// The patches of all scales.
  public let layout: PatchLayout
  private let mergers: [ProbabilityMerger]
  private let canvases: [PixelBuffer<Float>]

  /// Prepares for interferograms of one size.
  public init(layout: PatchLayout, rule: MergeRule) {
    self.layout = layout
    mergers = layout.scales.map { ProbabilityMerger(patches: $0.patches, rule: rule) }
    canvases = layout.scales.map { PixelBuffer(count: $0.isPlain ? 0 : $0.canvas.count, repeating: 0) }
  }

  /// Computes the probability map.
  ///
  /// - Parameters:
  ///   - probabilities: One per patch of all scales, 0…1; 0 for patches that the gate rejected.
  ///   - map: Receives the probability of each pixel of the interferogram, row-major, 0…1.
  /// - Returns: the factor of the scale with the highest patch; the finest of several, and where all are 0.
  @discardableResult
  public func merge(
    probabilities: UnsafeBufferPointer<Float>, into map: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    precondition(probabilities.count == layout.count, "each patch has a probability")
    precondition(map.count == layout.grid.count, "the map fills the interferogram")
    var best = (factor: layout.scales[0].factor, highest: Float(0))
    for (index, scale) in layout.scales.enumerated() {
      let own = UnsafeBufferPointer(
        rebasing: probabilities[scale.firstPatch..<(scale.firstPatch + scale.patches.count)])
      let highest = own.max() ?? 0
      if highest > best.highest { best = (scale.factor, highest) }
      if scale.isPlain {
        mergers[index].merge(probabilities: own, into: map)
      } else if highest > 0 || index == 0 {
        let canvas = UnsafeMutableBufferPointer(start: canvases[index].pointer, count: scale.canvas.count)
        mergers[index].merge(probabilities: own, into: canvas)
        lay(canvases[index], scale, over: map, isFirst: index == 0)
      }
    }
    return best.factor
  }

  private func lay(
    _ canvas: PixelBuffer<Float>, _ scale: PatchScale, over map: UnsafeMutableBufferPointer<Float>, isFirst: Bool
  ) {
    guard let map = map.baseAddress else { return }
    let width = layout.grid.width
    for row in 0..<layout.grid.height {
      let source = canvas.pointer + (scale.top + row / scale.factor) * scale.canvas.width + scale.left
      let target = map + row * width
      if isFirst && scale.factor == 1 {
        target.update(from: source, count: width)
        continue
      }
      for column in 0..<width {
        let value = source[column / scale.factor]
        target[column] = isFirst ? value : max(target[column], value)
      }
    }
  }
}
