import Synthesis

/// Bootstrap confidence intervals (Efron 1979): percentiles of a statistic over resamples of the patches,
/// drawn with replacement.
public struct Bootstrap: Sendable {
  /// Number of resamples.
  public var draws: Int
  /// Confidence level, 0…1.
  public var confidence: Double
  /// Seed of the resamples; equal seeds give equal intervals.
  public var seed: UInt64

  public init(draws: Int = 1000, confidence: Double = 0.95, seed: UInt64 = 1) {
    self.draws = draws
    self.confidence = confidence
    self.seed = seed
  }

  /// The patch indices of one resample of `count` patches.
  func numbers(draw: Int, count: Int) -> [Int] {
    var stream = RandomStream(seed: seed, path: UInt64(draw))
    return (0..<count).map { _ in min(count - 1, Int(stream.uniform() * Double(count))) }
  }

  /// The confidence interval of a statistic.
  ///
  /// - Parameters:
  ///   - count: Number of patches.
  ///   - figure: Computes the statistic over patches with these indices; `nil` where it is undefined, such as
  ///     an AUC without deforming patches.
  /// - Returns: `nil` if the statistic is defined in fewer than half of the resamples.
  public func interval(count: Int, of figure: ([Int]) -> Double?) -> ClosedRange<Double>? {
    guard count > 0, draws > 0 else { return nil }
    let values = (0..<draws).compactMap { figure(numbers(draw: $0, count: count)) }.sorted()
    guard 2 * values.count >= draws else { return nil }
    let outside = (1 - confidence) / 2
    return Self.quantile(outside, of: values)...Self.quantile(1 - outside, of: values)
  }

  /// Linear interpolation between the two nearest values, as NumPy does by default.
  static func quantile(_ fraction: Double, of sorted: [Double]) -> Double {
    let position = fraction * Double(sorted.count - 1)
    let below = Int(position.rounded(.down))
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
  }
}
