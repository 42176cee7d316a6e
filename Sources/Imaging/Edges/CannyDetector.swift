import Interferometry

/// Canny edges of an 8-bit image (Canny 1986), equal to OpenCV's `Canny` with aperture 3 and the L1 norm:
/// Sobel gradients with replicated border pixels, non-maximum suppression in four sectors with tangents in
/// units of 2^-15, a double threshold (norms must exceed it), hysteresis over eight neighbours. The norm is 0
/// outside the image.
///
/// Owns its scratch memory: use one value per thread.
public final class CannyDetector {
  /// Size of the images.
  public let grid: Grid
  /// Norm above which a maximum is an edge if it is connected to one above ``high``.
  public let low: Int
  /// Norm above which a maximum is an edge; the largest possible norm is 4 · 2 · 255.
  public let high: Int

  private let gradients: PixelBuffer<Int16>
  private let rows: [SobelRow]
  private let smooth: PixelBuffer<Int16>
  private let slope: PixelBuffer<Int16>
  /// State of each pixel, with a border of one pixel that is never an edge.
  private let state: PixelBuffer<UInt8>
  private let pending: PixelBuffer<Int32>

  private static let nothing = GradientMaxima.nothing
  private static let weak = GradientMaxima.weak
  private static let edge = GradientMaxima.edge
  /// The bit of ``edge`` in each of eight bytes.
  private static let edges: UInt64 = 0x0202_0202_0202_0202

  /// Thresholds in the wrong order are swapped, as in OpenCV.
  public init(grid: Grid, low: Int, high: Int) {
    self.grid = grid
    self.low = max(0, min(low, high, Int(Int16.max)))
    self.high = max(0, min(max(low, high), Int(Int16.max)))
    let width = grid.width
    // The norm's border outside the row stays 0; three rows are needed at a time.
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

  /// Detects edges.
  ///
  /// - Parameters:
  ///   - image: The (blurred) image, height × width, row-major.
  ///   - edges: Receives 1 for edges, else 0.
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

  private func thinRow(
    _ row: SobelRow, above: UnsafePointer<Int16>, below: UnsafePointer<Int16>,
    into state: UnsafeMutablePointer<UInt8>
  ) {
    let maxima = GradientMaxima(row: row, above: above, below: below, low: Int16(low), high: Int16(high))
    let lanes = GradientMaxima.lanes
    guard grid.width >= lanes else {
      for x in 0..<grid.width { state[x] = maxima.mark(x) }
      return
    }
    for x in stride(from: 0, to: grid.width - lanes, by: lanes) { maxima.mark(from: x, into: state) }
    // The last pixels are processed again together with some before them, which get the same marks.
    maxima.mark(from: grid.width - lanes, into: state)
  }

  /// Marks weak maxima connected to an edge as edges.
  private func follow() {
    let step = grid.width + 2
    let state = state.pointer
    let pending = pending.pointer
    var count = 0
    // Eight pixels at a time, because usually none is an edge.
    let bytes = UnsafeRawPointer(state)
    let whole = self.state.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) {
      var found = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian & Self.edges
      while found != 0 {
        pending[count] = Int32(truncatingIfNeeded: start + found.trailingZeroBitCount / 8)
        count += 1
        found &= found &- 1
      }
    }
    for place in whole..<self.state.count where state[place] == Self.edge {
      pending[count] = Int32(truncatingIfNeeded: place)
      count += 1
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
