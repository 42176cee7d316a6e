/// Whether the BLAS gives equal rows of a product equal bits wherever they stand, for one shape. OpenBLAS's kernels
/// for AVX-512 do; the ones for AVX2 do not, see ``RowArrangement``. Found by trying, not by timing, so that all
/// machines of a kind agree.
enum RowStability {
  static func holds(rows: Int, columns: Int, depth: Int, aStride: Int, cStride: Int) -> Bool {
    let source = AlignedFloats(count: rows * aStride)
    let weights = AlignedFloats(count: depth * columns)
    let target = AlignedFloats(count: rows * cStride)
    source.base.update(repeating: 0, count: source.count)
    fill(weights.base, count: weights.count, seed: 0x51ed_270b)
    return (0..<3).allSatisfy { trial in
      fill(source.base, count: depth, seed: 0x2545_f491 &+ UInt32(trial))
      for row in 1..<max(1, rows) { (source.base + row * aStride).update(from: source.base, count: depth) }
      BLAS.multiply(
        rows: rows, columns: columns, depth: depth, a: source.base, aStride: aStride, b: weights.base,
        bIsTransposed: false, into: target.base, stride: cStride)
      return (1..<max(1, rows)).allSatisfy { row in
        (0..<columns).allSatisfy {
          target.base[row * cStride + $0].bitPattern == target.base[$0].bitPattern
        }
      }
    }
  }

  /// Numbers without a pattern.
  private static func fill(_ numbers: UnsafeMutablePointer<Float>, count: Int, seed: UInt32) {
    var state = seed
    for index in 0..<count {
      state = state &* 1_664_525 &+ 1_013_904_223
      numbers[index] = Float(state >> 8) / Float(1 << 23) - 1
    }
  }
}
