import Interferometry

/// Averages an interferogram over squares of pixels (multilooking), as phasors: exp(iφ) of the pixels with data are
/// added up, and the angle of the sum is the phase of the coarser pixel. Noise averages out, fringes stay fringes
/// as long as they are wider than the square.
///
/// Owns its scratch memory, so one value serves one thread.
public final class Multilook {
  private let phasors: Phasors
  private let grid: Grid

  /// Prepares for interferograms of one size.
  public init(grid: Grid) {
    self.grid = grid
    phasors = Phasors(grid: grid)
  }

  /// Takes an interferogram, from which all scales are then made.
  ///
  /// - Parameter phase: Radians in [−π, π], row-major; NaN for no data.
  public func take(_ phase: UnsafeBufferPointer<Float>) { phasors.take(phase) }

  /// Writes the phase of one scale into its canvas.
  ///
  /// A pixel has data where at least half of its square's pixels in the interferogram have.
  ///
  /// - Parameters:
  ///   - scale: The scale.
  ///   - phase: The canvas, row-major; radians in [−π, π], NaN for no data and in the margin.
  public func average(_ scale: PatchScale, into phase: UnsafeMutableBufferPointer<Float>) {
    precondition(phase.count == scale.canvas.count, "the phase fills the canvas")
    guard let target = phase.baseAddress else { return }
    phase.update(repeating: .nan)
    for row in 0..<scale.raster.height {
      let line = target + (scale.top + row) * scale.canvas.width + scale.left
      let rows = row * scale.factor..<min(grid.height, (row + 1) * scale.factor)
      for column in 0..<scale.raster.width {
        let columns = column * scale.factor..<min(grid.width, (column + 1) * scale.factor)
        line[column] = mean(rows, columns)
      }
    }
  }

  /// Writes the means of known coherences of one scale into its canvas.
  ///
  /// - Parameters:
  ///   - coherence: The interferogram's, 0…1, row-major; NaN where unknown.
  ///   - scale: The scale.
  ///   - target: The canvas, row-major; NaN where no pixel of the square has a known coherence, and in the margin.
  public func average(
    _ coherence: UnsafeBufferPointer<Float>, _ scale: PatchScale, into target: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      coherence.count == grid.count && target.count == scale.canvas.count, "the buffers fill their grids")
    target.update(repeating: .nan)
    for row in 0..<scale.raster.height {
      let rows = row * scale.factor..<min(grid.height, (row + 1) * scale.factor)
      for column in 0..<scale.raster.width {
        let columns = column * scale.factor..<min(grid.width, (column + 1) * scale.factor)
        var (sum, count): (Float, Float) = (0, 0)
        for y in rows {
          for x in columns {
            let value = coherence[y * grid.width + x]
            sum += value == value ? value : 0
            count += value == value ? 1 : 0
          }
        }
        target[(scale.top + row) * scale.canvas.width + scale.left + column] = count > 0 ? sum / count : .nan
      }
    }
  }

  /// The phase of the sum of a square's phasors; NaN for no data.
  @inline(__always)
  private func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> Float {
    let (cosines, sines, valid) = (phasors.cosines.pointer, phasors.sines.pointer, phasors.valid.pointer)
    var (real, imaginary, count): (Float, Float, Float) = (0, 0, 0)
    for y in rows {
      for x in columns {
        let index = y * grid.width + x
        real += cosines[index]
        imaginary += sines[index]
        count += valid[index]
      }
    }
    guard 2 * count >= Float(rows.count * columns.count), real != 0 || imaginary != 0 else { return .nan }
    let size = Phasors.angleSize(real, imaginary)
    return imaginary < 0 ? -size : size
  }
}
