import Foundation

/// What a sweep by the same method has found out of an interferogram, so that no other model needs it again.
public struct KnownPatches: Hashable, Sendable {
  /// For each patch, in row-major order, whether it passed the gate; what comes behind the last patch means nothing.
  public var kept: [Bool]
  /// 0…1
  public var noDataShare: Float
  /// 0…1; `nil` where none is known.
  public var meanCoherence: Float?

  public init(kept: [Bool], noDataShare: Float, meanCoherence: Float?) {
    self.kept = kept
    self.noDataShare = noDataShare
    self.meanCoherence = meanCoherence
  }
}

/// What one layer of a network left behind of an interferogram's patches, and all else that its score needs besides the
/// layers behind that one.
public struct PatchActivations: Hashable, Sendable {
  public var known: KnownPatches
  /// Of each patch that the gate kept, by what its probability is multiplied.
  public var shares: [Float]
  /// Of each patch that the gate kept, the layer's numbers in ONNX's order as IEEE 754 half precision, little-endian.
  public var halves: Data

  public init(known: KnownPatches, shares: [Float], halves: Data) {
    self.known = known
    self.shares = shares
    self.halves = halves
  }

  /// Whether there are as many numbers as so many patches of so many numbers each ask for.
  public func fits(patches: Int, activationCount: Int) -> Bool {
    let kept = known.kept.count { $0 }
    return known.kept.count == patches && shares.count == kept && halves.count == 2 * kept * activationCount
  }
}
