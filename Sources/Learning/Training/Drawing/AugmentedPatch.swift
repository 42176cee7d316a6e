import Imaging
import NeuralNetwork
import Synthesis

/// Patches varied by an augmenter; the network receives the central window.
public struct AugmentedPatch: PatchVariation {
  private let augmenter: PatchAugmenter

  public init(_ augmenter: PatchAugmenter) { self.augmenter = augmenter }

  /// Writes the central window of a varied copy; see ``PatchVariation``.
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
