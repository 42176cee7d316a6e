import Interferometry

/// An interferogram without an outcome.
public struct OpenInterferogram: Hashable, Sendable {
  public let number: Int
  public let stack: Int
  public let pair: DatePair

  package init(number: Int, stack: Int, pair: DatePair) {
    (self.number, self.stack, self.pair) = (number, stack, pair)
  }
}
