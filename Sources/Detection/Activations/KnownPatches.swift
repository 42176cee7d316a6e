import Foundation
import Interferometry

/// Results of an earlier sweep by the same method that do not depend on the model.
public struct KnownPatches: Hashable, Sendable {
  /// Whether each patch passed the gate, in row-major order; entries after the last patch are meaningless.
  public var kept: [Bool]
  /// Fraction of pixels without data, 0…1.
  public var noDataShare: Float
  /// Mean coherence, 0…1; `nil` if unknown.
  public var meanCoherence: Float?

  public init(kept: [Bool], noDataShare: Float, meanCoherence: Float?) {
    self.kept = kept
    self.noDataShare = noDataShare
    self.meanCoherence = meanCoherence
  }
}

/// Activations of one layer for an interferogram's patches, with all else that the score needs besides the
/// following layers.
public struct PatchActivations: Hashable, Sendable {
  /// Results of the gate and of the pixel statistics.
  public var known: KnownPatches
  /// For each patch that passed the gate, the factor on its probability.
  public var fractions: [Float]
  /// For each patch that passed the gate, the layer's activations in ONNX order as IEEE 754 half precision,
  /// little-endian.
  public var halves: Data
  /// The pixels that had data.
  public var mask: DataMask

  public init(known: KnownPatches, fractions: [Float], halves: Data, mask: DataMask) {
    self.known = known
    self.fractions = fractions
    self.halves = halves
    self.mask = mask
  }

  /// Whether the sizes match this number of patches and of activations per patch.
  public func fits(patches: Int, activationCount: Int) -> Bool {
    let kept = known.kept.count { $0 }
    return known.kept.count == patches && fractions.count == kept && halves.count == 2 * kept * activationCount
  }
}
