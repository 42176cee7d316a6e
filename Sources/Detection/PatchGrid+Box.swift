import Imaging
import Interferometry

extension PatchGrid {
  /// A location head's word on a patch as a box in the interferogram, as far as it is inside.
  ///
  /// - Parameters:
  ///   - location: centre row and column, half-height and half-width as shares of the side that the network sees.
  ///   - patch: the patch's number.
  ///   - inputSize: pixels across what the network sees of it: the central window.
  /// - Returns: `nil` where it is no box, or lies outside.
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
