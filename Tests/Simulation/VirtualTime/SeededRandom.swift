import Foundation

/// Numbers that follow from a seed alone, on any machine (SplitMix64).
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Evenly from 0 up to, not including, 1.
  public mutating func fraction() -> Double {
    Double(next() >> 11) * 0x1p-53
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
