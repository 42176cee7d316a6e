import Interferometry

/// A wrapped phase as unit phasors, cos φ + i sin φ. Adding a constant to the phase turns all of them alike, so
/// what is computed from products of one with another's conjugate does not depend on the constant.
///
/// Owns its memory, so one value serves one thread.
public final class Phasors {
  /// Rows and columns of the phase that ``take(_:)`` accepts.
  public let grid: Grid
  /// cos φ, row-major; 0 where there is no data.
  let cosines: PixelBuffer<Float>
  /// sin φ, row-major; 0 where there is no data.
  let sines: PixelBuffer<Float>
  /// 1 where there is data, else 0.
  let valid: PixelBuffer<Float>

  public init(grid: Grid) {
    self.grid = grid
    cosines = PixelBuffer(count: grid.count, repeating: 0)
    sines = PixelBuffer(count: grid.count, repeating: 0)
    valid = PixelBuffer(count: grid.count, repeating: 0)
  }

  /// - Parameter phase: Radians in [−π, π], row-major; NaN is no data, values beyond are clamped.
  public func take(_ phase: UnsafeBufferPointer<Float>) {
    precondition(phase.count == grid.count, "the phase fills the grid")
    guard let source = phase.baseAddress else { return }
    let (cosines, sines, valid) = (self.cosines.pointer, self.sines.pointer, self.valid.pointer)
    for index in 0..<phase.count {
      let value = source[index]
      let isKnown: Float = value == value ? 1 : 0
      let (cosine, sine) = Self.phasor(value == value ? value : 0)
      cosines[index] = isKnown * cosine
      sines[index] = isKnown * sine
      valid[index] = isKnown
    }
  }

  /// Cosine and sine of angles in [−π, π] to within 4e-7, by the sine's polynomial on a quarter turn either way. It
  /// is ours because the C library's differ from one version to the next in the last digit.
  @inline(__always)
  private static func phasor(_ angle: Float) -> (cosine: Float, sine: Float) {
    let size = min(abs(angle), .pi)
    // sin(π − a) = sin a folds the outer quarters in.
    let positive = polynomial(min(size, .pi - size))
    return (polynomial(.pi / 2 - size), angle < 0 ? -positive : positive)
  }

  /// The minimax polynomial of the sine on [−π/2, π/2].
  @inline(__always)
  private static func polynomial(_ x: Float) -> Float {
    let square = x * x
    var sum: Float = 2.608_783_6e-6
    sum = sum * square - 1.981_074_4e-4
    sum = sum * square + 8.333_077_4e-3
    sum = sum * square - 1.666_665_7e-1
    return x + x * square * sum
  }

  /// The size of a phasor's angle, 0…π, to within 1e-6 (Abramowitz and Stegun 1964, 4.4.49), because the C library's
  /// arctangents differ from one version to the next in the last digit; 0 for no phasor.
  @inline(__always)
  static func angleSize(_ real: Float, _ imaginary: Float) -> Float {
    let (x, y) = (abs(real), abs(imaginary))
    guard max(x, y) > 0 else { return 0 }
    let ratio = min(x, y) / max(x, y)
    let square = ratio * ratio
    var sum: Float = -0.004_054_058
    sum = sum * square + 0.021_861_228_8
    sum = sum * square - 0.055_909_886_1
    sum = sum * square + 0.096_420_044_1
    sum = sum * square - 0.139_085_335_1
    sum = sum * square + 0.199_465_359_9
    sum = sum * square - 0.333_298_560_5
    sum = sum * square + 0.999_999_332_9
    let acute = sum * ratio
    let half = y > x ? .pi / 2 - acute : acute
    return real < 0 ? .pi - half : half
  }
}
