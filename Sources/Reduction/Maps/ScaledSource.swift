import Interferometry

/// A map of a source, scaled so that its maximum is Pmax.
struct ScaledSource {
  let map: SourceMap
  /// Probability by the map's value.
  let table: [Float]

  /// `nil` if the map or Pmax is 0.
  ///
  /// - Parameters:
  ///   - map: the map.
  ///   - highest: Pmax, 0…1.
  init?(_ map: SourceMap, highest: Float) {
    guard let most = map.values.max(), most > 0, highest > 0 else { return nil }
    self.map = map
    table = (0...255).map { value in min(highest, Float(Double(value) * Double(highest) / Double(most))) }
  }

  /// Probability of a cell, in row-major order.
  func probability(ofCell cell: Int) -> Float { table[Int(map.values[cell])] }
}
