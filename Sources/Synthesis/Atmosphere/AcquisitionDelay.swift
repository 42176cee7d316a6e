import Foundation

/// What one acquisition's air and reference add to every interferogram that it takes part in.
struct AcquisitionDelay: Sendable {
  /// Root mean square of the turbulent delay, radians.
  let turbulenceRadians: Float
  /// Delay that goes with the height of the ground, radians per kilometre.
  let stratificationRadiansPerKilometre: Float
  /// A constant: phases have no absolute zero.
  let offsetRadians: Float

  init(from stream: inout RandomStream) {
    turbulenceRadians = Float(stream.uniform(0.3...0.85))
    stratificationRadiansPerKilometre = Float(0.55 * stream.normal())
    offsetRadians = Float(stream.uniform(-Double.pi...Double.pi))
  }

  /// Puts the parts together.
  /// - Parameters:
  ///   - turbulence: a field of variance 1.
  ///   - heightMetres: the ground's height; the sea's surface counts as 0.
  /// - Returns: the delay over the raster, radians.
  func field(turbulence: [Float], heightMetres: [Float]) -> [Float] {
    precondition(turbulence.count == heightMetres.count, "both cover one raster")
    return zip(turbulence, heightMetres).map { turbulent, height in
      turbulenceRadians * turbulent + stratificationRadiansPerKilometre * max(height, 0) / 1000 + offsetRadians
    }
  }
}
