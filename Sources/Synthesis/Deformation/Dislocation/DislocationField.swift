import Foundation

/// Surface displacement of a rectangular dislocation in Okada's coordinates: x along the strike from the
/// lower left corner, y horizontally from the lower edge towards the upper one, z up (Okada 1985, figure 1
/// and equations 25–30). All lengths have the same unit; displacements have the unit of the slip.
struct DislocationField: Sendable {
  let length: Double
  let width: Double
  /// Depth of the edge at y = 0.
  let lowerEdgeDepth: Double
  private let sine: Double
  private let cosine: Double
  /// μ / (λ + μ).
  private let medium: Double

  /// - Parameters:
  ///   - length: Length of the edges along the strike.
  ///   - width: Length of the edges along the dip.
  ///   - lowerEdgeDepth: Depth of the edge at y = 0, positive.
  ///   - dip: Dip angle, radians; −π/2…π/2.
  ///   - poissonRatio: Poisson's ratio of the half-space.
  init(length: Double, width: Double, lowerEdgeDepth: Double, dip: Double, poissonRatio: Double) {
    self.length = length
    self.width = width
    self.lowerEdgeDepth = lowerEdgeDepth
    // Near 90° the general formulas lose half of their digits; use the paper's formulas for a vertical plane.
    let upright = abs(cos(dip)) < 1e-5
    cosine = upright ? 0 : cos(dip)
    sine = upright ? (dip > 0 ? 1 : -1) : sin(dip)
    medium = 1 - 2 * poissonRatio
  }

  /// Displacement of a point on the surface: along x, along y, up.
  ///
  /// - Parameters:
  ///   - x: Position along the strike.
  ///   - y: Position across the strike.
  ///   - slip: Along the strike, up the dip, and opening (U₁, U₂, U₃ of the paper).
  /// - Returns: the displacement, in the unit of the slip.
  func displacement(x: Double, y: Double, slip: SIMD3<Double>) -> SIMD3<Double> {
    let p = y * cosine + lowerEdgeDepth * sine
    let q = y * sine - lowerEdgeDepth * cosine
    let sum =
      corner(x, p, q, slip) - corner(x, p - width, q, slip) - corner(x - length, p, q, slip)
      + corner(x - length, p - width, q, slip)
    return sum / (2 * Double.pi)
  }

  /// The integrand's primitive at a corner, multiplied by 2π.
  private func corner(_ xi: Double, _ eta: Double, _ q: Double, _ slip: SIMD3<Double>) -> SIMD3<Double> {
    let r = (xi * xi + eta * eta + q * q).squareRoot()
    let yTilde = eta * cosine + q * sine
    let dTilde = eta * sine - q * cosine
    // Okada's rule: where a denominator vanishes, the term is 0, and ln(R + η) becomes −ln(R − η).
    let rEta = r + eta
    let isOnLine = rEta <= 1e-12 * r
    let overEta = isOnLine ? 0 : 1 / (r * rEta)
    let logEta = isOnLine ? -log(r - eta) : log(rEta)
    let overXi = r + xi <= 1e-12 * r ? 0 : 1 / (r * (r + xi))
    let angle = abs(q) <= 1e-12 * r ? 0 : atan(xi * eta / (q * r))
    let i = integrals(xi, eta, q, r, yTilde, dTilde, logEta)
    var moved = SIMD3<Double>.zero
    if slip.x != 0 {
      let x: Double = xi * q * overEta + angle + i.one * sine
      let y: Double = (yTilde + cosine * r) * q * overEta + i.two * sine
      let z: Double = (dTilde + sine * r) * q * overEta + i.four * sine
      moved -= slip.x * SIMD3(x, y, z)
    }
    if slip.y != 0 {
      let product: Double = sine * cosine
      let x: Double = q / r - i.three * product
      let y: Double = yTilde * q * overXi + cosine * angle - i.one * product
      let z: Double = dTilde * q * overXi + sine * angle - i.five * product
      moved -= slip.y * SIMD3(x, y, z)
    }
    if slip.z != 0 {
      let square: Double = sine * sine
      let turned: Double = xi * q * overEta - angle
      let x: Double = q * q * overEta - i.three * square
      let y: Double = -dTilde * q * overXi - sine * turned - i.one * square
      let z: Double = yTilde * q * overXi + cosine * turned - i.five * square
      moved += slip.z * SIMD3(x, y, z)
    }
    return moved
  }

  /// Equations 28 and 29, or 29′ for a vertical plane.
  private func integrals(
    _ xi: Double, _ eta: Double, _ q: Double, _ r: Double, _ yTilde: Double, _ dTilde: Double, _ logEta: Double
  ) -> (one: Double, two: Double, three: Double, four: Double, five: Double) {
    let rD = r + dTilde
    if cosine == 0 {
      let three = medium / 2 * (eta / rD + yTilde * q / (rD * rD) - logEta)
      return (
        -medium / 2 * xi * q / (rD * rD), -medium * logEta - three, three, -medium * q / rD,
        -medium * xi * sine / rD
      )
    }
    let x = (xi * xi + q * q).squareRoot()
    let five =
      abs(xi) <= 1e-12 * r
      ? 0
      : medium * 2 / cosine * atan((eta * (x + q * cosine) + x * (r + x) * sine) / (xi * (r + x) * cosine))
    let four = medium / cosine * (log(rD) - sine * logEta)
    let three = medium * (yTilde / (cosine * rD) - logEta) + sine / cosine * four
    let one = -medium * xi / (cosine * rD) - sine / cosine * five
    return (one, -medium * logEta - three, three, four, five)
  }
}
