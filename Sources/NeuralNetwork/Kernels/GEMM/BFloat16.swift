import CVectors

/// Floats reduced to the upper half of their bits.
enum BFloat16 {
  static func round(_ numbers: UnsafePointer<Float>, count: Int, into rounded: UnsafeMutablePointer<UInt16>) {
    switch Vectors.lanes {
    #if arch(x86_64)
      case 16: volcsweep_round_16(numbers, rounded, count)
      case 8: volcsweep_round_8(numbers, rounded, count)
    #endif
    default: volcsweep_round_4(numbers, rounded, count)
    }
  }

  /// Memory for `count` numbers.
  static func rounded(_ numbers: AlignedFloats) -> AlignedFloats {
    let packed = AlignedFloats(count: (numbers.count + 1) / 2)
    round(numbers.base, count: numbers.count, into: numbers16(packed.base))
    return packed
  }

  /// The same memory as 16-bit numbers. It must not be used as floats until it is written again.
  static func numbers16(_ memory: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt16> {
    UnsafeMutableRawPointer(memory).assumingMemoryBound(to: UInt16.self)
  }
}
