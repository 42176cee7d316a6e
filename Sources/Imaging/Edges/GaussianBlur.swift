import Interferometry

/// Gaussian blur of 8-bit images, bit-identical to OpenCV's `GaussianBlur` with the default border
/// (reflection without repeating the edge pixel): weights in units of 1/256, one rounding at the end, halves
/// up.
///
/// Owns its scratch memory: use one value per thread.
public final class GaussianBlur {
  /// Size of the images.
  public let grid: Grid
  /// Weights of the blur.
  public let kernel: GaussianKernel
  /// One row after the vertical pass, in units of 1/256 gray, with `radius` reflected pixels on both sides.
  private let row: PixelBuffer<Float>
  private let sums: PixelBuffer<UInt16>
  /// The kernel's weights divided by 65,536.
  private let fractions: PixelBuffer<Float>

  /// Prepares a blur of images of one size.
  public init(grid: Grid, kernel: GaussianKernel) {
    self.grid = grid
    self.kernel = kernel
    row = PixelBuffer(count: grid.width + 2 * kernel.radius, repeating: 0)
    sums = PixelBuffer(count: grid.width, repeating: 0)
    fractions = PixelBuffer(count: kernel.weights.count, repeating: 0)
    for (index, weight) in kernel.weights.enumerated() { fractions.pointer[index] = Float(weight) / 65_536 }
  }

  /// Blurs an image.
  ///
  /// - Parameters:
  ///   - source: The image, height × width, row-major.
  ///   - target: Receives the blurred image; must not overlap with `source`.
  public func apply(_ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>) {
    precondition(source.count == grid.count && target.count == grid.count, "the images fill the grid")
    guard let from = source.baseAddress, let to = target.baseAddress else { return }
    for y in 0..<grid.height {
      blurDown(from, y)
      mirrorEnds()
      blurAcross(to + y * grid.width)
    }
  }

  private func blurDown(_ source: UnsafePointer<UInt8>, _ y: Int) {
    let width = grid.width
    let sums = sums.pointer
    let centre = source + y * width
    let centreWeight = UInt16(truncatingIfNeeded: kernel.weights[0])
    for x in 0..<width { sums[x] = UInt16(truncatingIfNeeded: centre[x]) &* centreWeight }
    // At most 255 · 256, which fits into 16 bits.
    for offset in 1..<(kernel.radius + 1) {
      let weight = UInt16(truncatingIfNeeded: kernel.weights[offset])
      let above = source + Self.mirrored(y - offset, grid.height) * width
      let below = source + Self.mirrored(y + offset, grid.height) * width
      for x in 0..<width {
        sums[x] &+= (UInt16(truncatingIfNeeded: above[x]) &+ UInt16(truncatingIfNeeded: below[x])) &* weight
      }
    }
    let row = row.pointer + kernel.radius
    for x in 0..<width { row[x] = Float(sums[x]) }
  }

  private func mirrorEnds() {
    let row = row.pointer + kernel.radius
    for offset in 1..<(kernel.radius + 1) {
      row[-offset] = row[Self.mirrored(-offset, grid.width)]
      row[grid.width - 1 + offset] = row[Self.mirrored(grid.width - 1 + offset, grid.width)]
    }
  }

  // Exact in Float: all partial sums are multiples of 2^-17 between −128 and 127. The additional 2^-17 makes
  // the final rounding round halves up.
  private func blurAcross(_ target: UnsafeMutablePointer<UInt8>) {
    let row = row.pointer + kernel.radius
    let weights = fractions.pointer
    let radius = kernel.radius
    let start: Float = -128 + 1 / 131_072
    let vectorEnd = grid.width / 16 * 16
    for x in stride(from: 0, to: vectorEnd, by: 16) {
      let centre = row + x
      var sum = SIMD16<Float>(repeating: start) + Self.load(centre) * weights[0]
      for offset in 1..<(radius + 1) {
        sum += (Self.load(centre - offset) + Self.load(centre + offset)) * weights[offset]
      }
      let rounded = unsafeBitCast(sum + 12_582_912, to: SIMD16<UInt32>.self)
      UnsafeMutableRawPointer(target + x).storeBytes(
        of: SIMD16<UInt8>(truncatingIfNeeded: rounded) &+ 128, as: SIMD16<UInt8>.self)
    }
    for x in vectorEnd..<grid.width {
      var sum = start + row[x] * weights[0]
      for offset in 1..<(radius + 1) { sum += (row[x - offset] + row[x + offset]) * weights[offset] }
      target[x] = UInt8(truncatingIfNeeded: (sum + 12_582_912).bitPattern) &+ 128
    }
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
  }

  /// The index inside `0..<count` of the reflected border pixel `index`.
  private static func mirrored(_ index: Int, _ count: Int) -> Int {
    guard count > 1 else { return 0 }
    var index = index
    while index < 0 || index >= count {
      index = index < 0 ? -index : 2 * (count - 1) - index
    }
    return index
  }
}
