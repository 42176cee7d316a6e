import Foundation

/// Seismic moments, divided by the shear modulus, that are equivalent to a pressurised prolate cavity, per
/// unit volume change (Eshelby 1957, Proc. R. Soc. A 241, 376–396; the tensor as in Tandon and Weng 1984,
/// Polym. Compos. 5, 327–333).
struct SpheroidMoments: Sendable {
  let along: Double
  let across: Double
  /// Pressure divided by the shear modulus for a relative volume change of 1.
  let pressure: Double

  /// - Parameters:
  ///   - aspect: Ratio of the long to the short axis, above 1.
  ///   - poissonRatio: Poisson's ratio of the medium.
  init(aspect: Double, poissonRatio: Double) {
    let square = aspect * aspect
    let excess = square - 1
    let medium = 1 - 2 * poissonRatio
    let quarter = 1 / (4 * (1 - poissonRatio))
    let g = aspect / (excess * excess.squareRoot()) * (aspect * excess.squareRoot() - acosh(aspect))
    // Eshelby's tensor; axis 1 is the long one.
    let s1111 = 2 * quarter * (medium + (3 * square - 1) / excess - (medium + 3 * square / excess) * g)
    let s2222 = 1.5 * quarter * square / excess + quarter * (medium - 9 / (4 * excess)) * g
    let s2233 = quarter * (square / (2 * excess) - (medium + 3 / (4 * excess)) * g)
    let s2211 = -2 * quarter * square / excess + quarter * (3 * square / excess - medium) * g
    let s1122 = -2 * quarter * (medium + 1 / excess) + 2 * quarter * (medium + 3 / (2 * excess)) * g
    // The equivalent inclusion is under the pressure q = p / 3K: S e − e = −q on each axis.
    let (a, b, c, d) = (s1111 - 1, 2 * s1122, s2211, s2222 + s2233 - 1)
    let determinant = a * d - b * c
    let first = (-d + b) / determinant
    let second = (-a + c) / determinant
    // First per unit q, then per unit volume change of the cavity.
    let growth = first + 2 * second - 3
    let lambda = 2 * poissonRatio / medium
    along = (lambda * (first + 2 * second) + 2 * first) / growth
    across = (lambda * (first + 2 * second) + 2 * second) / growth
    pressure = (3 * lambda + 2) / growth
  }
}
