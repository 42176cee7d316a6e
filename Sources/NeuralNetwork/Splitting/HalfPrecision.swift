import CVectors

/// Conversion to and from IEEE 754 half precision (float16) by bits: 11 bits of precision, up to 65,504.
public enum HalfPrecision {
  /// Rounds to nearest, ties to even.
  ///
  /// - Parameters:
  ///   - numbers: the numbers to round.
  ///   - target: receives as many bit patterns.
  /// - Returns: whether all results are finite.
  public static func round(
    _ numbers: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<UInt16>
  ) -> Bool {
    precondition(target.count >= numbers.count, "each number has its place")
    guard let source = numbers.baseAddress, let destination = target.baseAddress else { return true }
    volcsweep_half_from_float(source, destination, numbers.count)
    var largest: UInt16 = 0
    for index in 0..<numbers.count { largest = max(largest, destination[index] & 0x7fff) }
    return largest < 0x7c00
  }

  /// Widens to single precision, exactly.
  ///
  /// - Parameters:
  ///   - halves: bit patterns, little-endian, at any address.
  ///   - count: how many.
  ///   - target: receives the numbers.
  public static func widen(_ halves: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<Float>) {
    volcsweep_float_from_half(halves, target, count)
  }
}
