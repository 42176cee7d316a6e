@testable import NeuralNetwork

/// The matrices that `CVectors` has written out.
extension WinogradTransform {
  /// Aᵀ, outputs × inputs.
  var outputMatrix: [[Double]] {
    (0..<outputs).map { power in
      finitePoints.map { Self.power($0, power) } + [power == outputs - 1 ? 1 : 0]
    }
  }

  /// Bᵀ, inputs × inputs.
  var inputMatrix: [[Double]] {
    finitePoints.indices.map { skipped in
      Self.polynomial(roots: finitePoints.indices.filter { $0 != skipped }.map { finitePoints[$0] }) + [0]
    } + [Self.polynomial(roots: finitePoints)]
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
