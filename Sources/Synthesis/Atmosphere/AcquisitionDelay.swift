import Foundation

/// Atmospheric delay and phase reference of one acquisition, which enter every interferogram that uses it.
struct AcquisitionDelay: Sendable {
  /// Root mean square of the turbulent delay, radians.
  let turbulenceRadians: Float
  /// Stratified delay, radians per kilometre of height.
  let stratificationRadiansPerKilometre: Float
  /// Constant offset, radians: interferometric phase has no absolute zero.
  let offsetRadians: Float

  init(from stream: inout RandomStream) {
    turbulenceRadians = Float(stream.uniform(0.3...0.85))
    stratificationRadiansPerKilometre = Float(0.55 * stream.normal())
    offsetRadians = Float(stream.uniform(-Double.pi...Double.pi))
  }

  /// Sums the parts over a raster.
  ///
  /// - Parameters:
  ///   - turbulence: A field of unit variance, row-major.
  ///   - heightMetres: Height of the ground, metres; negative heights (sea) count as 0.
  /// - Returns: the delay, radians, row-major.
  func field(turbulence: [Float], heightMetres: [Float]) -> [Float] {
    precondition(turbulence.count == heightMetres.count, "both cover one raster")
    return zip(turbulence, heightMetres).map { turbulent, height in
      turbulenceRadians * turbulent + stratificationRadiansPerKilometre * max(height, 0) / 1000 + offsetRadians
    }
  }
}
