import Foundation

/// Gauss–Legendre quadrature on an interval: exact for polynomials up to degree 2 × count − 1.
struct GaussRule: Sendable {
  let nodes: [Double]
  let weights: [Double]

  init(count: Int, from lower: Double, to upper: Double) {
    precondition(count > 0, "a rule has a node")
    var nodes: [Double] = []
    var weights: [Double] = []
    for index in stride(from: count - 1, through: 0, by: -1) {
      var x = cos(.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      // Newton's method doubles the number of digits per step from this initial value.
      for _ in 0..<8 {
        var previous = 1.0
        var value = x
        for degree in stride(from: 2, through: count, by: 1) {
          (previous, value) = (
            value, (Double(2 * degree - 1) * x * value - Double(degree - 1) * previous) / Double(degree)
          )
        }
        slope = Double(count) * (x * value - previous) / (x * x - 1)
        x -= value / slope
      }
      nodes.append(lower + (upper - lower) * (x + 1) / 2)
      weights.append((upper - lower) / ((1 - x * x) * slope * slope))
    }
    self.nodes = nodes
    self.weights = weights
  }
}
