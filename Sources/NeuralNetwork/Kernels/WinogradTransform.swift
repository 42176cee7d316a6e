/// The matrices of F(m, r): m outputs of a filter of r taps from n = m + r − 1 inputs with n products (Winograd
/// 1980; Lavin and Gray 2016). y = Aᵀ · ((G · g) ⊙ (Bᵀ · d)), here from interpolation at small integers and
/// infinity.
struct WinogradTransform {
  let outputs: Int
  let taps: Int
  var inputs: Int { outputs + taps - 1 }

  private static let points = [0, 1, -1, 2, -2, 0.5, -0.5]

  /// Outputs × inputs.
  var outputMatrix: [[Double]] {
    (0..<outputs).map { power in
      finitePoints.map { Self.power($0, power) } + [power == outputs - 1 ? 1 : 0]
    }
  }

  /// Inputs × taps.
  var filterMatrix: [[Double]] {
    finitePoints.enumerated().map { index, point in
      let factor = finitePoints.enumerated().reduce(1.0) { $1.offset == index ? $0 : $0 * (point - $1.element) }
      return (0..<taps).map { Self.power(point, $0) / factor }
    } + [(0..<taps).map { $0 == taps - 1 ? 1 : 0 }]
  }

  /// Inputs × inputs.
  var inputMatrix: [[Double]] {
    finitePoints.indices.map { skipped in
      Self.polynomial(roots: finitePoints.indices.filter { $0 != skipped }.map { finitePoints[$0] }) + [0]
    } + [Self.polynomial(roots: finitePoints)]
  }

  private var finitePoints: [Double] { Array(Self.points.prefix(inputs - 1)) }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { value, _ in value * base }
  }

  /// The coefficients of Π (x − root), the constant first.
  private static func polynomial(roots: [Double]) -> [Double] {
    roots.reduce([1.0]) { product, root in
      var next = [0.0] + product
      for index in product.indices { next[index] -= root * product[index] }
      return next
    }
  }
}
