/// A GEMM with a fixed order of summation, for few outputs, where the BLAS lacks batch invariance and gains
/// nothing.
enum NarrowGEMM {
  /// C (rows × outputs) = A (rows × depth) · Bᵀ, with B stored outputs × depth.
  ///
  /// Sixteen partial sums run over every sixteenth term; they are added in pairs, followed by the remaining
  /// terms.
  static func multiply(
    rows: Int, outputs: Int, depth: Int, a: UnsafePointer<Float>, b: UnsafePointer<Float>,
    into c: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      for output in 0..<outputs {
        c[row * outputs + output] = dot(a + row * depth, b + output * depth, depth)
      }
    }
  }

  private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    let rawA = UnsafeRawPointer(a)
    let rawB = UnsafeRawPointer(b)
    var sums = SIMD16<Float>(repeating: 0)
    let whole = count / 16 * 16
    for index in stride(from: 0, to: whole, by: 16) {
      sums +=
        rawA.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
        * rawB.loadUnaligned(fromByteOffset: index * 4, as: SIMD16<Float>.self)
    }
    let eight = sums.lowHalf + sums.highHalf
    let four = eight.lowHalf + eight.highHalf
    var sum = (four[0] + four[2]) + (four[1] + four[3])
    for index in whole..<count { sum += a[index] * b[index] }
    return sum
  }
}
