import Foundation

/// Opening and radial slip of a circular crack of radius 1 under a pressure of μ / (2 (1 − ν)).
///
/// In Hankel space the opening is ∫ φ(t) sin(kt) dt / k and the radial slip ∫ ψ(t) (sin(kt)/(kt) − cos(kt))
/// dt / k, both over 0…1; so both vanish beyond the rim. With x = kh, the free surface at distance h adds
/// normal and shear stresses of e^(−2x) (1 + 2x + 2x², 2x²) times those of the opening and e^(−2x) (2x², 1 −
/// 2x + 2x²) times those of the slip. The conditions that the normal stress equals the pressure and that the
/// shear stress vanishes give two Fredholm equations for φ and ψ, which are solved at the nodes of a Gauss
/// rule.
struct CrackDensities: Sendable {
  let depthOverRadius: Double
  /// Volume of the opening, 2π ∫ φ t dt.
  let volume: Double
  private let nodes: [Double]
  /// φ and ψ at the nodes, multiplied by the rule's weights.
  private let opening: [Double]
  private let slip: [Double]

  init(depthOverRadius: Double) {
    self.depthOverRadius = depthOverRadius
    let rule = GaussRule(count: 28, from: 0, to: 1)
    nodes = rule.nodes
    let (phi, psi) = Self.solve(rule, depthOverRadius)
    opening = zip(phi, rule.weights).map { $0 * $1 }
    slip = zip(psi, rule.weights).map { $0 * $1 }
    volume = 2 * .pi * zip(opening, nodes).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Surface displacement at a distance from the axis, both in radii.
  ///
  /// The Hankel integrals of e^(−kh) times sines are those of e^(−ks) with s = h − it, which are algebraic.
  func surfaceDisplacement(atDistance distance: Double) -> (outward: Double, up: Double) {
    var outward = 0.0
    var up = 0.0
    let h = depthOverRadius
    let r = max(distance, 1e-7)
    for index in nodes.indices {
      let t = nodes[index]
      let s = Complex(h, -t)
      let root = (s * s + Complex(r * r, 0)).squareRoot
      let inverse = root.reciprocal
      let inverseCubed = inverse * inverse * inverse
      // ∫ e^(−ks) J0 dk = 1/ρ, ∫ k e^(−ks) J0 dk = s/ρ³, ∫ e^(−ks) J1 dk = (1 − s/ρ)/r, ∫ k e^(−ks) J1 dk = r/ρ³
      // and ∫ e^(−ks) J1 dk/k = (ρ − s)/r, with ρ = √(s² + r²).
      let plain = inverse
      let steep = s * inverseCubed
      let ratio = s * inverse
      up += opening[index] * (plain.imaginary + h * steep.imaginary)
      up += slip[index] * h * (plain.imaginary / t - steep.real)
      outward += opening[index] * h * r * inverseCubed.imaginary
      let slow = ((root.imaginary - s.imaginary) / t - (1 - ratio.real)) / r
      let fast = h * (-ratio.imaginary / (r * t) - r * inverseCubed.real)
      outward -= slip[index] * (slow - fast)
    }
    return (distance > 1e-7 ? outward : 0, up)
  }

  private static func solve(_ rule: GaussRule, _ h: Double) -> ([Double], [Double]) {
    let count = rule.nodes.count
    // Beyond k = 22 / h the kernels' e^(−2kh) is negligible; below it each sine has at least five nodes per
    // wave.
    let wavenumbers = GaussRule(count: max(64, Int(40 / h)), from: 0, to: 22 / h)
    var kernel = [[Double]](repeating: [Double](repeating: 0, count: 2 * count), count: 2 * count)
    for (k, weight) in zip(wavenumbers.nodes, wavenumbers.weights) {
      let x = k * h
      let decay = exp(-2 * x) * weight
      let sines = rule.nodes.map { sin(k * $0) }
      let others = rule.nodes.map { sin(k * $0) / (k * $0) - cos(k * $0) }
      let normal = decay * (1 + 2 * x + 2 * x * x)
      let mixed = decay * 2 * x * x
      let shear = decay * (1 - 2 * x + 2 * x * x)
      for row in 0..<count {
        for column in 0..<count {
          kernel[row][column] += normal * sines[row] * sines[column]
          kernel[row][count + column] += mixed * sines[row] * others[column]
          kernel[count + row][column] += mixed * others[row] * sines[column]
          kernel[count + row][count + column] += shear * others[row] * others[column]
        }
      }
    }
    var system = kernel
    for row in 0..<2 * count {
      for column in 0..<2 * count {
        system[row][column] = (row == column ? .pi / 2 : 0) - kernel[row][column] * rule.weights[column % count]
      }
    }
    let solution = LinearSystem.solve(system, rule.nodes + [Double](repeating: 0, count: count))
    return (Array(solution[..<count]), Array(solution[count...]))
  }
}
