import Synthesis

/// Confidence intervals by drawing patches anew with replacement (Efron 1979): the percentiles of a figure over many
/// draws.
public struct Bootstrap: Sendable {
  /// How many draws.
  public var draws: Int
  /// The share of draws inside the interval.
  public var confidence: Double
  public var seed: UInt64

  public init(draws: Int = 1000, confidence: Double = 0.95, seed: UInt64 = 1) {
    self.draws = draws
    self.confidence = confidence
    self.seed = seed
  }

  /// The numbers of one draw of `count` patches.
  func numbers(draw: Int, count: Int) -> [Int] {
    var stream = RandomStream(seed: seed, path: UInt64(draw))
    return (0..<count).map { _ in min(count - 1, Int(stream.uniform() * Double(count))) }
  }

  /// The interval of a figure.
  ///
  /// - Parameters:
  ///   - count: Number of patches.
  ///   - figure: Computes the figure over patches of these numbers; `nil` where it has none, as an area without
  ///     deforming patches.
  /// - Returns: `nil` where fewer than half of the draws have the figure.
  public func interval(count: Int, of figure: ([Int]) -> Double?) -> ClosedRange<Double>? {
    guard count > 0, draws > 0 else { return nil }
    let values = (0..<draws).compactMap { figure(numbers(draw: $0, count: count)) }.sorted()
    guard 2 * values.count >= draws else { return nil }
    let outside = (1 - confidence) / 2
    return Self.quantile(outside, of: values)...Self.quantile(1 - outside, of: values)
  }

  /// Linear between the two nearest values, as NumPy's default.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place.rounded(.down))
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
