import Interferometry

/// Canny edges of an 8-bit image (Canny 1986), pixel for pixel what OpenCV's `Canny` gives for aperture 3 and the
/// L1 norm: Sobel gradients with repeated border pixels, non-maximum suppression in four sectors with tangents in
/// 2^-15ths, a double threshold (above, not at, either), hysteresis over eight neighbours. The norm counts as 0
/// outside the image.
///
/// Owns its scratch memory, so one value serves one thread.
public final class CannyDetector {
  public let grid: Grid
  /// Norm above which a maximum is an edge if it hangs together with one above ``high``.
  public let low: Int
  /// Norm above which a maximum is an edge; 4 · 2 · 255 is the most there is.
  public let high: Int

  /// tan 22.5° · 2^15; tan 67.5° is that plus 2.
  private static let tangent: Int32 = 13_573

  private let gradients: PixelBuffer<Int16>
  private let rows: [SobelRow]
  private let smooth: PixelBuffer<Int16>
  private let slope: PixelBuffer<Int16>
  /// What each pixel is, with a frame of one pixel that is never an edge.
  private let state: PixelBuffer<UInt8>
  private let pending: PixelBuffer<Int32>

  private static let nothing: UInt8 = 0
  private static let weak: UInt8 = 1
  private static let edge: UInt8 = 2

  /// Thresholds in the wrong order are swapped, as OpenCV does.
  public init(grid: Grid, low: Int, high: Int) {
    self.grid = grid
    self.low = max(0, min(low, high, Int(Int16.max)))
    self.high = max(0, min(max(low, high), Int(Int16.max)))
    let width = grid.width
    // The norm's neighbours outside the row stay 0; three rows suffice at a time.
    let rowSize = 3 * width + 2
    let gradients = PixelBuffer<Int16>(count: 4 * rowSize, repeating: 0)
    self.gradients = gradients
    rows = (0..<4).map { index in
      let start = gradients.pointer + index * rowSize
      return SobelRow(alongX: start, alongY: start + width, norm: start + 2 * width + 1)
    }
    smooth = PixelBuffer(count: width + 2, repeating: 0)
    slope = PixelBuffer(count: width + 2, repeating: 0)
    state = PixelBuffer(count: (grid.height + 2) * (width + 2), repeating: Self.nothing)
    pending = PixelBuffer(count: grid.count, repeating: 0)
  }

  /// - Parameters:
  ///   - image: The (blurred) image, row-major.
  ///   - edges: 1 where there is an edge, else 0.
  public func detect(_ image: UnsafeBufferPointer<UInt8>, into edges: UnsafeMutableBufferPointer<UInt8>) {
    precondition(image.count == grid.count && edges.count == grid.count, "the images fill the grid")
    guard let source = image.baseAddress, let target = edges.baseAddress else { return }
    thin(source)
    follow()
    for y in 0..<grid.height {
      let states = state.pointer + (y + 1) * (grid.width + 2) + 1
      let row = target + y * grid.width
      for x in 0..<grid.width { row[x] = states[x] >> 1 }
    }
  }

  /// Marks the maxima across the gradient.
  private func thin(_ source: UnsafePointer<UInt8>) {
    let height = grid.height
    let outside = rows[3].norm
    gradient(source, 0)
    for y in 0..<height {
      if y + 1 < height { gradient(source, y + 1) }
      thinRow(
        rows[y % 3], above: y > 0 ? rows[(y + 2) % 3].norm : outside,
        below: y + 1 < height ? rows[(y + 1) % 3].norm : outside,
        into: state.pointer + (y + 1) * (grid.width + 2) + 1)
    }
  }

  private func gradient(_ source: UnsafePointer<UInt8>, _ y: Int) {
    let width = grid.width
    rows[y % 3].compute(
      above: source + max(y - 1, 0) * width, here: source + y * width,
      below: source + min(y + 1, grid.height - 1) * width, width: width,
      smooth: smooth.pointer, slope: slope.pointer)
  }

  // Without a branch, so that it runs in vector registers: on noise a branch is mispredicted at every other pixel.
  private func thinRow(
    _ row: SobelRow, above: UnsafePointer<Int16>, below: UnsafePointer<Int16>,
    into state: UnsafeMutablePointer<UInt8>
  ) {
    let norm = row.norm
    let low = Int16(self.low)
    let high = Int16(self.high)
    for x in 0..<grid.width {
      let dx = row.alongX[x]
      let dy = row.alongY[x]
      let value = norm[x]
      let across = Int32(dx < 0 ? 0 &- dx : dx)
      let along = Int32(dy < 0 ? 0 &- dy : dy) &<< 15
      let shallow = across &* Self.tangent
      let steep = shallow &+ (across &<< 16)
      let isHorizontal = along < shallow
      let isVertical = along > steep
      let falls = (dx ^ dy) < 0
      let diagonalBefore = falls ? above[x + 1] : above[x - 1]
      let diagonalAfter = falls ? below[x - 1] : below[x + 1]
      let before = isHorizontal ? norm[x - 1] : (isVertical ? above[x] : diagonalBefore)
      let after = isHorizontal ? norm[x + 1] : (isVertical ? below[x] : diagonalAfter)
      // On the axes a tie with the pixel behind still is a maximum, on the diagonals it is not.
      let margin: Int16 = isHorizontal || isVertical ? 0 : 1
      let isMaximum = value > before && value >= after &+ margin && value > low
      state[x] = isMaximum ? (value > high ? Self.edge : Self.weak) : Self.nothing
    }
  }

  /// Turns weak maxima that hang together with an edge into edges.
  private func follow() {
    let step = grid.width + 2
    let state = state.pointer
    let pending = pending.pointer
    var count = 0
    for y in 1...grid.height {
      for x in 1...grid.width where state[y * step + x] == Self.edge {
        pending[count] = Int32(truncatingIfNeeded: y * step + x)
        count += 1
      }
    }
    while count > 0 {
      count -= 1
      let place = Int(pending[count])
      for line in stride(from: place - step, through: place + step, by: step) {
        for neighbour in (line - 1)..<(line + 2) where state[neighbour] == Self.weak {
          state[neighbour] = Self.edge
          pending[count] = Int32(truncatingIfNeeded: neighbour)
          count += 1
        }
      }
    }
  }
}
