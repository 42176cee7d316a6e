import NeuralNetwork
import Synthesis

/// Writes patches to the network's input, varied or unchanged.
public protocol PatchVariation: Sendable {
  /// Writes one patch.
  ///
  /// - Parameters:
  ///   - patch: Index of the patch.
  ///   - patches: The set.
  ///   - size: Pixels across the output.
  ///   - random: Source of all random numbers.
  ///   - gray: Receives size × size grays, 0…255, row-major.
  /// - Returns: the box of the deformation in the output; `nil` if unknown.
  func write(
    _ patch: Int, of patches: LabelledPatches, size: Int, random: inout RandomStream,
    into gray: UnsafeMutableBufferPointer<Float>
  ) -> PatchBox?
}

/// The central window of a patch, unchanged; a smaller patch is surrounded by no data.
public struct CentredPatch: PatchVariation {
  public init() {}

  /// Writes the central window; see ``PatchVariation``. Uses no random numbers.
  public func write(
    _ patch: Int, of patches: LabelledPatches, size: Int, random: inout RandomStream,
    into gray: UnsafeMutableBufferPointer<Float>
  ) -> PatchBox? {
    Self.write(ShownPatch(patch, of: patches), box: patches.boxes[patch], size: size, into: gray)
  }

  /// Writes the central size × size grays and returns the box in them.
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
  /// Centre row, centre column, half-height and half-width as fractions of a side, as the location head
  /// outputs them.
  func fractions(ofSide side: Int) -> [Float] {
    [centreRow, centreColumn, halfHeight, halfWidth].map { $0 / Float(side) }
  }
}
