import Foundation

/// Approximate decorrelation noise of the phase and of the estimated coherence; faster than ``MultilookLaw``.
public struct PhaseNoise: Sendable {
  /// Number of independent looks per pixel. 36 reproduces the smoothness of LiCSAR's filtered products (0.05
  /// rad at a coherence of 0.92).
  public let looks: Float

  public init(looks: Float = 36) { self.looks = looks }

  /// Draws a phase error for a true coherence, radians: the phase of a unit phasor with complex Gaussian
  /// noise, scaled so that the variance at high coherence is the Cramér–Rao bound (1 − γ²) / (2 L γ²)
  /// (Rodriguez and Martin 1992, IEE Proc. F 139, 147–159).
  @inline(__always)
  public func phaseError(coherence: Float, from stream: inout RandomStream) -> Float {
    let bounded = max(coherence, 0.001)
    let squared = bounded * bounded
    let deviation = ((1 - squared) / (2 * looks * squared)).squareRoot()
    let (inPhase, inQuadrature) = Self.roughNormalPair(from: &stream)
    return atan2(deviation * inQuadrature, 1 + deviation * inPhase)
  }

  /// Draws the estimated coherence, 0…1; biased upwards at low coherence, as real estimates are.
  @inline(__always)
  public func estimatedCoherence(_ coherence: Float, from stream: inout RandomStream) -> Float {
    let deviation = 0.035 * (1 - coherence * coherence)
    let (first, second) = Self.roughNormalPair(from: &stream)
    let shifted = coherence + deviation * first
    return min(1, (shifted * shifted + deviation * deviation * second * second).squareRoot())
  }

  /// Sums of two uniforms each, scaled to unit variance: ten times faster than normal numbers, and the tails
  /// do not matter for this noise.
  @inline(__always)
  private static func roughNormalPair(from stream: inout RandomStream) -> (Float, Float) {
    let bits = stream.next()
    let first = Int32(truncatingIfNeeded: bits & 0xFFFF) + Int32(truncatingIfNeeded: bits >> 16 & 0xFFFF)
    let second = Int32(truncatingIfNeeded: bits >> 32 & 0xFFFF) + Int32(truncatingIfNeeded: bits >> 48)
    // The sum of two uniforms on 0…65535 has mean 65535 and standard deviation 65536 / √6.
    let scale: Float = 2.449_489_7 / 65_536
    return (Float(first - 65_535) * scale, Float(second - 65_535) * scale)
  }
}
