import Foundation
import Hashing

/// Numbers that follow from a seed alone, on any machine.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

  public init(seed: UInt64) {
    generator = SplitMix64(state: seed)
  }

  public mutating func next() -> UInt64 { generator.next() }

  /// Evenly from 0 up to, not including, 1.
  public mutating func fraction() -> Double {
    generator.fraction()
  }

  public mutating func isTrue(probability: Double) -> Bool {
    fraction() < probability
  }

  public mutating func number(from low: Double, to high: Double) -> Double {
    low + (high - low) * fraction()
  }

  /// Evenly from 0 up to, not including, `bound`, which is positive.
  public mutating func index(below bound: Int) -> Int {
    Int((next() >> 1) % UInt64(bound))
  }

  /// A waiting time whose mean is `mean`, when what is waited for comes without memory.
  public mutating func waitingTime(mean: Double) -> Double {
    -mean * log(1 - fraction())
  }

  public mutating func element<Element>(of array: [Element]) -> Element? {
    array.isEmpty ? nil : array[index(below: array.count)]
  }
}
