import Foundation
import Interferometry

/// Generates spatially correlated Gaussian fields: white noise weighted by the square root of the spectrum
/// and transformed back. The periodic square is half as large again as the grid, so that opposite edges of
/// the grid are uncorrelated.
public struct RandomField: Sendable {
  /// Size of the fields.
  public let grid: Grid
  private let side: Int
  /// Square root of the fraction of the variance at each wavenumber; side × side.
  private let amplitudes: [Float]

  /// Prepares fields of one size and spectrum.
  public init(grid: Grid, spectrum: PowerSpectrum) {
    self.grid = grid
    let longest = max(grid.height, grid.width)
    var side = 16
    while side < longest + longest / 2 { side *= 2 }
    self.side = side
    let half = side / 2
    var densities = [Double](repeating: 0, count: side * side)
    var sum = 0.0
    // Wavenumber 0 is left out: fields have zero mean.
    for row in 0...half {
      for column in row...half where column > 0 {
        let density = spectrum.density(
          atWavenumber: Double(row * row + column * column).squareRoot() / Double(side))
        for (first, second) in [(row, column), (column, row)] {
          for mirrored in [first, (side - first) % side] {
            for other in [second, (side - second) % side] { densities[mirrored * side + other] = density }
          }
        }
      }
    }
    for density in densities { sum += density }
    amplitudes = densities.map { Float(($0 / sum).squareRoot()) }
  }

  /// Two independent fields, each height × width, row-major, with expected mean 0 and variance 1 over the
  /// periodic square.
  public func pair(from stream: inout RandomStream) -> ([Float], [Float]) {
    var real = [Float](repeating: 0, count: side * side)
    var imaginary = real
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        amplitudes.withUnsafeBufferPointer { amplitudes in
          for index in 0..<side * side {
            let (first, second) = stream.normalPair()
            real[index] = first * amplitudes[index]
            imaginary[index] = second * amplitudes[index]
          }
        }
      }
    }
    FourierTransform(side: side).invert(real: &real, imaginary: &imaginary, rows: grid.height)
    return (cropped(real), cropped(imaginary))
  }

  private func cropped(_ values: [Float]) -> [Float] {
    var cut: [Float] = []
    cut.reserveCapacity(grid.count)
    for row in 0..<grid.height { cut += values[row * side..<row * side + grid.width] }
    return cut
  }
}
