import Interferometry

/// Sums of exp(i·Δφ) over cells of 4 × 4 pixels; pixels beyond the last whole cell are left out.
final class FringeCells {
  /// Pixels across a cell.
  static let side = 4

  let rows: Int
  let columns: Int
  private let grid: Grid
  /// One plane for each of the eight sums, `rows` × `columns`: Σ exp(i·Δφ) of horizontal and of vertical differences
  /// (real, imaginary, real, imaginary), their numbers, the sum and the number of known coherences.
  private let cells: PixelBuffer<Float>
  /// For each column of pixels what the rows of a cell add up to, one line for each sum. Lines are padded to whole vectors.
  private let lines: PixelBuffer<Float>
  private let stride: Int

  init(grid: Grid) {
    self.grid = grid
    rows = grid.height / Self.side
    columns = grid.width / Self.side
    stride = (grid.width + 15) / 16 * 16
    cells = PixelBuffer(count: 8 * rows * columns, repeating: 0)
    lines = PixelBuffer(count: 8 * stride, repeating: 0)
  }

  func sum(_ phasors: Phasors, _ coherence: UnsafeBufferPointer<Float>?) {
    let width = grid.width
    for row in 0..<rows {
      lines.fill(0)
      for y in (row * Self.side)..<((row + 1) * Self.side) {
        // The last column has no neighbour to its right, and the last row none below.
        add(phasors, y, count: width - 1, neighbour: 1, line: 0, counts: 4)
        if y + 1 < grid.height { add(phasors, y, count: width, neighbour: width, line: 2, counts: 5) }
        if let coherence = coherence?.baseAddress { add(coherence + y * width) }
      }
      for line in 0..<8 { gather(line, row) }
    }
  }

  private func add(_ phasors: Phasors, _ y: Int, count: Int, neighbour: Int, line: Int, counts: Int) {
    let real = phasors.cosines.pointer + y * grid.width
    let imaginary = phasors.sines.pointer + y * grid.width
    let valid = phasors.valid.pointer + y * grid.width
    let (sumReal, sumImaginary) = (lines.pointer + line * stride, lines.pointer + (line + 1) * stride)
    let numbers = lines.pointer + counts * stride
    let vectorEnd = count / 16 * 16
    for x in Swift.stride(from: 0, to: vectorEnd, by: 16) {
      let (a, b) = (Self.load(real + x), Self.load(imaginary + x))
      let (c, d) = (Self.load(real + x + neighbour), Self.load(imaginary + x + neighbour))
      Self.add(c * a + d * b, to: sumReal + x)
      Self.add(d * a - c * b, to: sumImaginary + x)
      Self.add(Self.load(valid + x) * Self.load(valid + x + neighbour), to: numbers + x)
    }
    for x in vectorEnd..<max(vectorEnd, count) {
      sumReal[x] += real[x + neighbour] * real[x] + imaginary[x + neighbour] * imaginary[x]
      sumImaginary[x] += imaginary[x + neighbour] * real[x] - real[x + neighbour] * imaginary[x]
      numbers[x] += valid[x] * valid[x + neighbour]
    }
  }

  private func add(_ coherence: UnsafePointer<Float>) {
    let (sum, count) = (lines.pointer + 6 * stride, lines.pointer + 7 * stride)
    for x in 0..<grid.width {
      let value = coherence[x]
      let isKnown = value == value
      sum[x] += isKnown ? min(max(value, 0), 1) : 0
      count[x] += isKnown ? 1 : 0
    }
  }

  private func gather(_ line: Int, _ row: Int) {
    let source = lines.pointer + line * stride
    let target = cells.pointer + (line * rows + row) * columns
    for column in 0..<columns {
      let first = source + 4 * column
      target[column] = (first[0] + first[1]) + (first[2] + first[3])
    }
  }

  /// |∇φ| of the windows of 2 × 2 cells whose upper cells are in one row, radians a pixel; 0 where a window is
  /// decorrelated.
  ///
  /// - Parameters:
  ///   - row: The row of cells.
  ///   - limit: The square of the least length of the mean.
  ///   - coherence: The least mean of known coherences.
  ///   - gradients: Receives one fewer than there are columns of cells.
  func gradients(row: Int, limit: Float, coherence: Float, into gradients: UnsafeMutablePointer<Float>) {
    let full = Float(2 * 4 * Self.side * Self.side)
    for column in 0..<(columns - 1) {
      let (across, down) = (window(4, row, column), window(5, row, column))
      gradients[column] = 0
      guard 2 * (across + down) >= full else { continue }
      let known = window(7, row, column)
      if known > 0, window(6, row, column) < coherence * known { continue }
      let (a, b) = (window(0, row, column), window(1, row, column))
      let (c, d) = (window(2, row, column), window(3, row, column))
      guard a * a + b * b + c * c + d * d >= limit * (across * across + down * down) else { continue }
      let (horizontal, vertical) = (Phasors.angleSize(a, b), Phasors.angleSize(c, d))
      gradients[column] = (horizontal * horizontal + vertical * vertical).squareRoot()
    }
  }

  @inline(__always)
  private func window(_ line: Int, _ row: Int, _ column: Int) -> Float {
    let first = cells.pointer + (line * rows + row) * columns + column
    return (first[0] + first[1]) + (first[columns] + first[columns + 1])
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
  }

  @inline(__always)
  private static func add(_ values: SIMD16<Float>, to target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: load(target) + values, as: SIMD16<Float>.self)
  }
}
