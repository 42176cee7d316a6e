import Interferometry

/// Sums of exp(i·Δφ) over cells of 4 × 4 pixels; pixels beyond the last whole cell are left out.
final class FringeCells {
  /// Pixels across a cell.
  static let side = 4

  /// What is summed over a cell, or over the 2 × 2 cells of a window.
  struct Sums {
    /// Σ exp(i·Δφ) of horizontal and of vertical differences: real, imaginary, real, imaginary; their numbers; the
    /// sum and the number of known coherences.
    var values = SIMD8<Float>(repeating: 0)

    /// Whether the window is coherent.
    ///
    /// - Parameters:
    ///   - limit: The square of the least length of the mean.
    ///   - coherence: The least mean of known coherences.
    /// - Returns: `false` for noise, too few differences and low coherence.
    func isCoherent(_ limit: Float, coherence: Float) -> Bool {
      let (across, down) = (values[4], values[5])
      let full = Float(2 * 4 * FringeCells.side * FringeCells.side)
      guard 2 * (across + down) >= full else { return false }
      if values[7] > 0, values[6] < coherence * values[7] { return false }
      let resultant =
        values[0] * values[0] + values[1] * values[1] + values[2] * values[2] + values[3] * values[3]
      return resultant >= limit * (across * across + down * down)
    }

    /// |∇φ|, radians a pixel.
    var gradient: Float {
      let across = Self.angle(values[0], values[1])
      let down = Self.angle(values[2], values[3])
      return (across * across + down * down).squareRoot()
    }

    /// The size of a phasor's angle, 0…π, to within 1e-6 (Abramowitz and Stegun 1964, 4.4.49), because the C library's
    /// arctangents differ from one version to the next in the last digit; 0 for no phasor.
    private static func angle(_ real: Float, _ imaginary: Float) -> Float {
      let (x, y) = (abs(real), abs(imaginary))
      guard max(x, y) > 0 else { return 0 }
      let ratio = min(x, y) / max(x, y)
      let square = ratio * ratio
      var sum: Float = -0.004_054_058
      for coefficient in arctangent { sum = sum * square + coefficient }
      let acute = sum * ratio
      let half = y > x ? .pi / 2 - acute : acute
      return real < 0 ? .pi - half : half
    }

    private static let arctangent: [Float] = [
      0.021_861_228_8, -0.055_909_886_1, 0.096_420_044_1, -0.139_085_335_1, 0.199_465_359_9, -0.333_298_560_5,
      0.999_999_332_9,
    ]
  }

  let rows: Int
  let columns: Int
  private let grid: Grid
  private let cells: PixelBuffer<SIMD8<Float>>
  /// Per column of pixels what a cell's rows add up to, one line for each of the eight sums.
  private let lines: PixelBuffer<Float>

  init(grid: Grid) {
    self.grid = grid
    rows = grid.height / Self.side
    columns = grid.width / Self.side
    cells = PixelBuffer(count: rows * columns, repeating: SIMD8(repeating: 0))
    lines = PixelBuffer(count: 8 * grid.width, repeating: 0)
  }

  /// The window of 2 × 2 cells whose upper left cell is given.
  func window(row: Int, column: Int) -> Sums {
    let first = cells.pointer + row * columns + column
    return Sums(values: (first[0] + first[1]) + (first[columns] + first[columns + 1]))
  }

  func sum(_ phasors: Phasors, _ coherence: UnsafeBufferPointer<Float>?) {
    let width = grid.width
    for row in 0..<rows {
      lines.fill(0)
      for y in (row * Self.side)..<((row + 1) * Self.side) {
        addAcross(phasors, y)
        if y + 1 < grid.height { addDown(phasors, y) }
        if let coherence = coherence?.baseAddress { add(coherence + y * width) }
      }
      gather(row)
    }
  }

  private func addAcross(_ phasors: Phasors, _ y: Int) {
    let width = grid.width
    let real = phasors.cosines.pointer + y * width
    let imaginary = phasors.sines.pointer + y * width
    let valid = phasors.valid.pointer + y * width
    let (sumReal, sumImaginary, count) = (lines.pointer, lines.pointer + width, lines.pointer + 4 * width)
    for x in 0..<(width - 1) {
      sumReal[x] += real[x + 1] * real[x] + imaginary[x + 1] * imaginary[x]
      sumImaginary[x] += imaginary[x + 1] * real[x] - real[x + 1] * imaginary[x]
      count[x] += valid[x] * valid[x + 1]
    }
  }

  private func addDown(_ phasors: Phasors, _ y: Int) {
    let width = grid.width
    let real = phasors.cosines.pointer + y * width
    let imaginary = phasors.sines.pointer + y * width
    let valid = phasors.valid.pointer + y * width
    let (sumReal, sumImaginary, count) = (
      lines.pointer + 2 * width, lines.pointer + 3 * width, lines.pointer + 5 * width
    )
    for x in 0..<width {
      sumReal[x] += real[x + width] * real[x] + imaginary[x + width] * imaginary[x]
      sumImaginary[x] += imaginary[x + width] * real[x] - real[x + width] * imaginary[x]
      count[x] += valid[x] * valid[x + width]
    }
  }

  private func add(_ coherence: UnsafePointer<Float>) {
    let (sum, count) = (lines.pointer + 6 * grid.width, lines.pointer + 7 * grid.width)
    for x in 0..<grid.width {
      let isKnown = coherence[x] == coherence[x]
      sum[x] += isKnown ? min(max(coherence[x], 0), 1) : 0
      count[x] += isKnown ? 1 : 0
    }
  }

  private func gather(_ row: Int) {
    let width = grid.width
    for column in 0..<columns {
      var sums = SIMD8<Float>(repeating: 0)
      for x in (column * Self.side)..<((column + 1) * Self.side) {
        for line in 0..<8 { sums[line] += lines.pointer[line * width + x] }
      }
      cells.pointer[row * columns + column] = sums
    }
  }
}
