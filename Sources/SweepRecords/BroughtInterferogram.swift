import Interferometry

/// What a worker brought, with what is needed to compute it again.
public struct BroughtInterferogram: Hashable, Sendable {
  /// The interferogram's number in the plan.
  public let number: Int
  /// The unit of its lease; 0 where that is not known.
  public let unit: UInt64
  /// Number of its stack in the plan.
  public let stack: Int
  /// Dates of the two acquisitions.
  public let pair: DatePair
  /// The outcome that the worker delivered, as stored.
  public let outcome: Outcome

  package init(number: Int, unit: UInt64, stack: Int, pair: DatePair, outcome: Outcome) {
    (self.number, self.unit, self.stack, self.pair, self.outcome) = (number, unit, stack, pair, outcome)
  }

  /// As it is to be computed again.
  public var planned: OpenInterferogram { OpenInterferogram(number: number, stack: stack, pair: pair) }
}
