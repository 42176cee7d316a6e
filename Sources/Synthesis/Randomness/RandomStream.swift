import Foundation

/// Reproducible random numbers, equal on every machine: SplitMix64 (Steele, Lea and Flood 2014, "Fast
/// splittable pseudorandom number generators").
///
/// Each part of a synthetic archive has its own stream, derived from the archive's seed and the part's
/// position, so that its numbers do not depend on other parts or on the order of threads.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// The stream for a seed and a path of numbers.
  public init(seed: UInt64, path: UInt64...) {
    state = Self.mixed(seed &+ Self.step)
    for part in path { state = Self.mixed(state ^ Self.mixed(part &+ Self.step)) }
  }

  /// The generator with a given state.
  init(state: UInt64) { self.state = state }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mixed(state)
  }

  /// Uniform in [0, 1).
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

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

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
