import Imaging
import NeuralNetwork
import Synthesis

/// Patches changed by an augmenter, of which a network sees the middle.
public struct AugmentedPatch: PatchVariation {
  private let augmenter: PatchAugmenter

  public init(_ augmenter: PatchAugmenter) { self.augmenter = augmenter }

  public func write(
    _ patch: Int, of patches: LabelledPatches, size: Int, random: inout RandomStream,
    into gray: UnsafeMutableBufferPointer<Float>
  ) -> PatchBox? {
    let changed = augmenter.changed(patch, copy: Int(truncatingIfNeeded: random.next()))
    return CentredPatch.write(
      ShownPatch(gray: changed.gray[...], hasData: changed.hasData, side: patches.side), box: changed.box,
      size: size, into: gray)
  }
}
