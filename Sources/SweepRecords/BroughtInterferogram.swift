import Interferometry

/// What a worker brought, with what is needed to compute it again.
public struct BroughtInterferogram: Hashable, Sendable {
  public let number: Int
  /// The unit of its lease; 0 where that is not known.
  public let unit: UInt64
  public let stack: Int
  public let pair: DatePair
  public let outcome: Outcome

  package init(number: Int, unit: UInt64, stack: Int, pair: DatePair, outcome: Outcome) {
    (self.number, self.unit, self.stack, self.pair, self.outcome) = (number, unit, stack, pair, outcome)
  }

  /// As it is to be computed again.
  public var planned: OpenInterferogram { OpenInterferogram(number: number, stack: stack, pair: pair) }
}
