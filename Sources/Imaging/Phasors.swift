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
    let vectorEnd = phase.count / 16 * 16
    for index in stride(from: 0, to: vectorEnd, by: 16) {
      let value = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD16<Float>.self)
      let isKnown = value .== value
      let (cosine, sine) = Self.phasor(value.replacing(with: 0, where: .!isKnown))
      Self.store(cosine.replacing(with: 0, where: .!isKnown), at: cosines.pointer + index)
      Self.store(sine.replacing(with: 0, where: .!isKnown), at: sines.pointer + index)
      Self.store(SIMD16<Float>(repeating: 0).replacing(with: 1, where: isKnown), at: valid.pointer + index)
    }
    for index in vectorEnd..<phase.count {
      let value = source[index]
      let isKnown = value == value
      let (cosine, sine) = Self.phasor(SIMD16<Float>(repeating: isKnown ? value : 0))
      cosines.pointer[index] = isKnown ? cosine[0] : 0
      sines.pointer[index] = isKnown ? sine[0] : 0
      valid.pointer[index] = isKnown ? 1 : 0
    }
  }

  /// Cosine and sine of angles in [−π, π] to within 4e-7, by the sine's polynomial on a quarter turn either way. It
  /// is ours because the C library's differ from one version to the next in the last digit.
  @inline(__always)
  private static func phasor(_ angle: SIMD16<Float>) -> (cosine: SIMD16<Float>, sine: SIMD16<Float>) {
    let pi = SIMD16<Float>(repeating: .pi)
    let half = SIMD16<Float>(repeating: .pi / 2)
    let clamped = pointwiseMin(pointwiseMax(angle, -pi), pi)
    let size = pointwiseMax(clamped, -clamped)
    // sin(π − a) = sin a folds the outer quarters in.
    let folded = pointwiseMin(size, pi - size)
    let positive = polynomial(folded)
    let sine = positive.replacing(with: -positive, where: clamped .< 0)
    return (polynomial(half - size), sine)
  }

  /// The minimax polynomial of the sine on [−π/2, π/2].
  @inline(__always)
  private static func polynomial(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let square = x * x
    var sum = SIMD16<Float>(repeating: 2.608_783_6e-6)
    sum = sum * square + -1.981_074_4e-4
    sum = sum * square + 8.333_077_4e-3
    sum = sum * square + -1.666_665_7e-1
    return x + x * square * sum
  }

  @inline(__always)
  private static func store(_ value: SIMD16<Float>, at target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD16<Float>.self)
  }
}
