import Foundation
import Hashing

/// A stream of random numbers that is the same on every machine: SplitMix64 with a place in a tree of seeds.
///
/// Each part of a synthetic archive has its own stream, derived from the archive's seed and the part's
/// position, so that its numbers do not depend on other parts or on the order of threads.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var generator: SplitMix64

  /// The stream for a seed and a path of numbers.
  public init(seed: UInt64, path: UInt64...) {
    var state = Self.hash(seed)
    for part in path { state = SplitMix64.mixed(state ^ Self.hash(part)) }
    generator = SplitMix64(state: state)
  }

  /// The next 64 uniformly distributed bits.
  public mutating func next() -> UInt64 { generator.next() }

  /// Uniform in [0, 1).
  public mutating func uniform() -> Double { generator.fraction() }

  /// Uniform in a range.
  public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Two independent standard normal numbers (Box and Muller 1958).
  public mutating func normalPair() -> (Float, Float) {
    let bits = next()
    let radiusUniform = (Float(bits >> 40) + 0.5) * 0x1p-24
    let angle = Float(bits & 0xFF_FFFF) * (0x1p-23 * Float.pi)
    let radius = (-2 * log(radiusUniform)).squareRoot()
    return (radius * cos(angle), radius * sin(angle))
  }

  /// A standard normal number.
  public mutating func normal() -> Double { Double(normalPair().0) }

  private static func hash(_ number: UInt64) -> UInt64 { SplitMix64.mixed(number &+ SplitMix64.increment) }
}
