import Imaging

/// The centre of a patch as the network sees it in a sweep: grays 0…255, and for no data the sweep's gray,
/// which is not an integer.
struct ShownPatch {
  /// side × side, row-major.
  let gray: ArraySlice<UInt8>
  /// For each pixel; `nil` if all have data.
  let hasData: [Bool]?
  /// Pixels across.
  let side: Int

  init(gray: ArraySlice<UInt8>, hasData: [Bool]?, side: Int) {
    precondition(gray.count == side * side && (hasData?.count ?? gray.count) == gray.count, "a patch is a square")
    self.gray = gray
    self.hasData = hasData
    self.side = side
  }

  /// A patch of a set, unchanged.
  init(_ patch: Int, of patches: LabelledPatches) {
    let gray = patches.gray(of: patch)
    self.init(
      gray: gray, hasData: gray.contains(LabelledPatches.noData) ? patches.hasData(of: patch) : nil,
      side: patches.side)
  }

  /// Row and column of the patch at the first of size × size grays; negative if the patch is smaller.
  func inset(size: Int) -> Int { side >= size ? (side - size) / 2 : -((size - side + 1) / 2) }

  /// Writes the central size × size grays, 0…255; outside a smaller patch there is no data.
  func write(size: Int, into target: UnsafeMutableBufferPointer<Float>) {
    precondition(target.count == size * size, "the target has the network's size")
    let inset = inset(size: size)
    gray.withUnsafeBufferPointer { gray in
      for row in 0..<size {
        for column in 0..<size {
          let (y, x) = (row + inset, column + inset)
          let pixel = y * side + x
          let isShown = (0..<side).contains(y) && (0..<side).contains(x) && hasData?[pixel] ?? true
          target[row * size + column] = isShown ? Float(gray[pixel]) : GrayScale.noData
        }
      }
    }
  }
}
