import Interferometry

/// An interferogram without an outcome.
public struct OpenInterferogram: Hashable, Sendable {
  /// The interferogram's number in the plan.
  public let number: Int
  /// Number of its stack in the plan.
  public let stack: Int
  /// Dates of the two acquisitions.
  public let pair: DatePair

  package init(number: Int, stack: Int, pair: DatePair) {
    (self.number, self.stack, self.pair) = (number, stack, pair)
  }
}
