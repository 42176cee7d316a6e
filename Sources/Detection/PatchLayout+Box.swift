import Imaging
import Interferometry

extension PatchLayout {
  /// Converts the output of the location head for a patch to a box in the interferogram, clipped to it.
  ///
  /// - Parameters:
  ///   - location: Centre row and column, half-height and half-width as fractions of the network's input
  ///     side.
  ///   - patch: Index of the patch.
  ///   - inputSize: Pixels across the network's input, the central window of the patch.
  /// - Returns: `nil` if it is not a box, or outside the interferogram.
  func box(_ location: SIMD4<Float>, of patch: Int, inputSize: Int) -> PixelBox? {
    let (scale, patch) = scale(ofPatch: patch)
    let origin = scale.patches.origin(of: patch)
    let inset = scale.patches.centralWindow(inputSize: inputSize) ?? 0
    let (side, factor) = (Float(inputSize), Float(scale.factor))
    let box = PixelBox(
      centreRow: (Float(origin.row + inset - scale.top) + location[0] * side) * factor,
      centreColumn: (Float(origin.column + inset - scale.left) + location[1] * side) * factor,
      halfHeight: location[2] * side * factor, halfWidth: location[3] * side * factor)
    let numbers = [box.centreRow, box.centreColumn, box.halfHeight, box.halfWidth]
    guard numbers.allSatisfy(\.isFinite), box.halfHeight > 0, box.halfWidth > 0 else { return nil }
    return box.clipped(to: grid)?.box
  }
}
