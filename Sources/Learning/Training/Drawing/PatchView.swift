import NeuralNetwork
import Synthesis

/// Shows patches to a network as they are drawn.
public protocol PatchVariation: Sendable {
  /// Writes a patch, varied as the stream has it.
  ///
  /// - Parameters:
  ///   - patch: The patch's number.
  ///   - patches: The set.
  ///   - size: Pixels across what is written.
  ///   - random: Where all chance comes from.
  ///   - gray: Receives size × size grays, 0…255, row-major.
  /// - Returns: Where it deforms in what was written; `nil` where nobody knows.
  func write(
    _ patch: Int, of patches: LabelledPatches, size: Int, random: inout RandomStream,
    into gray: UnsafeMutableBufferPointer<Float>
  ) -> PatchBox?
}

/// The middle of a patch as it is; smaller patches get no-data around them.
public struct CentredPatch: PatchVariation {
  public init() {}

  public func write(
    _ patch: Int, of patches: LabelledPatches, size: Int, random: inout RandomStream,
    into gray: UnsafeMutableBufferPointer<Float>
  ) -> PatchBox? {
    Self.write(ShownPatch(patch, of: patches), box: patches.boxes[patch], size: size, into: gray)
  }

  /// Writes the middle size × size grays, and says where the box is in them.
  static func write(
    _ shown: ShownPatch, box: PatchBox?, size: Int, into gray: UnsafeMutableBufferPointer<Float>
  ) -> PatchBox? {
    shown.write(size: size, into: gray)
    guard var box else { return nil }
    let inset = Float(shown.inset(size: size))
    box.centreRow -= inset
    box.centreColumn -= inset
    return box
  }
}

extension PatchBox {
  /// Centre and half-widths as shares of a side, as the location head tells them.
  func shares(ofSide side: Int) -> [Float] {
    [centreRow, centreColumn, halfHeight, halfWidth].map { $0 / Float(side) }
  }
}
