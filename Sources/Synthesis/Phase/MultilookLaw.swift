import Foundation

/// Joint distribution of interferometric phase and estimated coherence of circular Gaussian signals averaged
/// over L independent looks (Touzi and Lopes 1996, IEEE Trans. Geosci. Remote Sens. 34, 1333–1345; the phase
/// alone follows Lee et al. 1994).
///
/// Given the energy E of the first signal, which is Gamma-distributed with shape L, the interferogram is √E
/// (γ √E + √(1 − γ²) n) with a complex standard normal n. The energy of the second signal is |γ √E + √(1 −
/// γ²) n|² plus 1 − γ² times a Gamma-distributed number with shape L − 1.
public struct MultilookLaw: Sendable {
  /// Number of looks, 2…1000.
  public let looks: Int

  /// A distribution for this number of looks, 2…1000.
  public init(looks: Int) {
    precondition((2...1000).contains(looks), "the number of looks is from 2 to 1000")
    self.looks = looks
  }

  /// Draws the phase error, radians, and the estimated coherence, 0…1, for a true coherence of 0…1.
  public func draw(
    coherence: Float, from stream: inout RandomStream
  ) -> (phaseError: Float, estimatedCoherence: Float) {
    let (inPhase, inQuadrature) = stream.normalPair()
    let (first, second) = stream.normalPair()
    let lost = max(0, 1 - coherence * coherence)
    let energy = Self.gamma(shape: Float(looks), first)
    // The real and imaginary parts of a complex normal of variance 1 have variance ½ each.
    let scale = (lost / 2).squareRoot()
    let real = coherence * energy.squareRoot() + scale * inPhase
    let imaginary = scale * inQuadrature
    let common = real * real + imaginary * imaginary
    let other = lost * Self.gamma(shape: Float(looks - 1), second)
    let total = common + other
    return (atan2(imaginary, real), total > 0 ? (common / total).squareRoot() : 0)
  }

  /// A Gamma-distributed number from a normal one (Wilson and Hilferty 1931). Mean and variance are correct
  /// to 0.1 % from 4 degrees of freedom.
  private static func gamma(shape: Float, _ normal: Float) -> Float {
    let part = 1 / (9 * shape)
    let root = max(0, 1 - part + normal * part.squareRoot())
    return shape * root * root * root
  }
}
