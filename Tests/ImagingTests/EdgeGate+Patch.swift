import Imaging
import Interferometry

extension EdgeGate {
  /// Whether a single gray patch passes, as the fit of its defaults looks at labelled patches.
  ///
  /// - Parameters:
  ///   - gray: Gray bytes, `size` × `size`, row-major.
  ///   - valid: Whether each pixel has data; gray does not show it, because 128 and 0 are also phases.
  ///   - size: Pixels across the patch.
  ///   - parameters: Settings of the gate.
  /// - Returns: `false` also if the arrays are not `size` × `size`.
  static func isOpen(
    gray: [UInt8], valid: [Bool], size: Int, parameters: EdgeGateParameters = EdgeGateParameters()
  ) -> Bool {
    let grid = Grid(height: size, width: size)
    guard gray.count == grid.count, valid.count == grid.count,
      let patches = PatchGrid(grid: grid, size: size, stride: size)
    else { return false }
    let gate = EdgeGate(patches: patches, parameters: parameters)
    let mask = valid.map { $0 ? UInt8(1) : 0 }
    return gray.withUnsafeBufferPointer { gray in
      mask.withUnsafeBufferPointer { mask in
        withUnsafeTemporaryAllocation(of: Bool.self, capacity: 1) { kept in
          gate.evaluate(gray: gray, valid: mask, coherence: nil, kept: kept) == 1
        }
      }
    }
  }
}
