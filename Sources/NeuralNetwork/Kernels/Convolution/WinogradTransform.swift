/// The matrices of F(m, r): m outputs of a filter of r taps from n = m + r − 1 inputs with n products (Winograd
/// 1980; Lavin and Gray 2016). y = Aᵀ · ((G · g) ⊙ (Bᵀ · d)), here from interpolation at small numbers and
/// infinity. Of the three only G is computed here; Aᵀ and Bᵀ are written out in `CVectors`, and its tests compute
/// them.
struct WinogradTransform {
  let outputs: Int
  let taps: Int
  var inputs: Int { outputs + taps - 1 }

  private static let points = [0, 1, -1, 2, -2, 0.5, -0.5]

  /// Inputs × taps.
  var filterMatrix: [[Double]] {
    finitePoints.enumerated().map { index, point in
      let factor = finitePoints.enumerated().reduce(1.0) { $1.offset == index ? $0 : $0 * (point - $1.element) }
      return (0..<taps).map { Self.power(point, $0) / factor }
    } + [(0..<taps).map { $0 == taps - 1 ? 1 : 0 }]
  }

  /// Where the polynomials are evaluated, besides infinity.
  var finitePoints: [Double] { Array(Self.points.prefix(inputs - 1)) }

  static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { value, _ in value * base }
  }
}
