/// One row of Sobel gradients (aperture 3, border pixels repeated) and of their L1 norm.
struct SobelRow {
  let alongX: UnsafeMutablePointer<Int16>
  let alongY: UnsafeMutablePointer<Int16>
  /// |∂x| + |∂y|, readable one pixel before the row and one behind it, where it is 0.
  let norm: UnsafeMutablePointer<Int16>

  /// Fills the row from three image rows (at the image's top and bottom the row itself stands for the missing one);
  /// `smooth` and `slope` are scratch for `width + 2` values each.
  func compute(
    above: UnsafePointer<UInt8>, here: UnsafePointer<UInt8>, below: UnsafePointer<UInt8>, width: Int,
    smooth: UnsafeMutablePointer<Int16>, slope: UnsafeMutablePointer<Int16>
  ) {
    for x in 0..<width {
      let a = Int16(truncatingIfNeeded: above[x])
      let b = Int16(truncatingIfNeeded: here[x])
      let c = Int16(truncatingIfNeeded: below[x])
      smooth[x + 1] = a &+ b &+ b &+ c
      slope[x + 1] = c &- a
    }
    smooth[0] = smooth[1]
    slope[0] = slope[1]
    smooth[width + 1] = smooth[width]
    slope[width + 1] = slope[width]
    for x in 0..<width {
      let dx = smooth[x + 2] &- smooth[x]
      let dy = slope[x] &+ slope[x + 1] &+ slope[x + 1] &+ slope[x + 2]
      alongX[x] = dx
      alongY[x] = dy
      norm[x] = (dx < 0 ? 0 &- dx : dx) &+ (dy < 0 ? 0 &- dy : dy)
    }
  }
}
