/// The generator SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", with the
/// constants of Vigna's implementation): the same numbers from the same state, on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  /// 2⁶⁴ divided by the golden ratio, which each draw adds to the state.
  @inlinable public static var increment: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// The only state; any number will do.
  public var state: UInt64

  /// A generator that goes on from a state, which serves as its seed.
  @inlinable public init(state: UInt64) { self.state = state }

  /// The next 64 uniformly distributed bits; the period is 2⁶⁴.
  @inlinable public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  /// A number in [0, 1), a multiple of 2⁻⁵³; takes one draw.
  @inlinable public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// What a draw makes of its state: a bijection that spreads each bit over all others.
  @inlinable public static func mixed(_ value: UInt64) -> UInt64 {
    let mixed = halfMixed(value)
    return mixed ^ (mixed >> 31)
  }

  /// ``mixed(_:)`` without its last step, which changes the lower 33 bits only.
  @inlinable public static func halfMixed(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed
  }
}
