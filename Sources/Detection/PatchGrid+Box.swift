import Imaging
import Interferometry

extension PatchGrid {
  /// Converts the output of the location head for a patch to a box in the interferogram, clipped to it.
  ///
  /// - Parameters:
  ///   - location: Centre row and column, half-height and half-width as fractions of the network's input
  ///     side.
  ///   - patch: Index of the patch.
  ///   - inputSize: Pixels across the network's input, the central window of the patch.
  /// - Returns: `nil` if it is not a box, or outside the interferogram.
  func box(_ location: SIMD4<Float>, of patch: Int, inputSize: Int) -> PixelBox? {
    let origin = origin(of: patch)
    let inset = centralWindow(inputSize: inputSize) ?? 0
    let side = Float(inputSize)
    let box = PixelBox(
      centreRow: Float(origin.row + inset) + location[0] * side,
      centreColumn: Float(origin.column + inset) + location[1] * side, halfHeight: location[2] * side,
      halfWidth: location[3] * side)
    let numbers = [box.centreRow, box.centreColumn, box.halfHeight, box.halfWidth]
    guard numbers.allSatisfy(\.isFinite), box.halfHeight > 0, box.halfWidth > 0 else { return nil }
    return box.clipped(to: grid)?.box
  }
}
