/// One row of Sobel gradients (aperture 3, replicated border) and of their L1 norm.
struct SobelRow {
  let alongX: UnsafeMutablePointer<Int16>
  let alongY: UnsafeMutablePointer<Int16>
  /// |∂x| + |∂y|; readable one pixel before and after the row, where it is 0.
  let norm: UnsafeMutablePointer<Int16>

  /// Computes the row from three image rows (at the top and bottom of the image the missing row is
  /// replicated). `smooth` and `slope` are scratch of `width + 2` values each.
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
