import Synchronization

/// Batch invariance of a library for one shape: whether equal rows of a product get equal bits at all
/// positions. OpenBLAS's kernels for AVX-512 have it; those for AVX2 do not, see ``RowArrangement``. Determined
/// by trying, not by timing, so that all machines of a kind agree.
///
/// In one product of equal rows a different order of summation shows only in some columns, so a shape is tried
/// several times, small ones more often.
struct BatchInvariance: Hashable {
  let rows: Int
  let columns: Int
  let depth: Int
  let aStride: Int
  let cStride: Int
  var bIsTransposed = false

  private enum Arithmetic: Hashable {
    case float32(MatrixLibrary)
    case bfloat16
  }
  private struct Trial: Hashable {
    let shape: BatchInvariance
    let arithmetic: Arithmetic
  }
  /// Caches trials: plans are checked repeatedly, and a library does not change while it is loaded.
  private static let known = Mutex<[Trial: Bool]>([:])

  /// `false` if the library is not installed.
  func holds(for library: MatrixLibrary) -> Bool {
    guard let gemm = library.gemm else { return false }
    return isKnown(.float32(library)) {
      isBatchInvariant { source, weights, target in
        gemm.multiply(
          rows: rows, columns: columns, depth: depth, a: source.base, aStride: aStride, b: weights.base,
          bIsTransposed: bIsTransposed, into: target.base, stride: cStride)
      }
    }
  }

  func holdsInBFloat16(for gemm: OneDNN) -> Bool {
    isKnown(.bfloat16) {
      isBatchInvariant(preparing: BFloat16.rounded) { source, weights, target in
        let a = BFloat16.rounded(source)
        withExtendedLifetime(a) {
          gemm.multiply(
            rows: rows, columns: columns, depth: depth, a: BFloat16.numbers16(a.base), aStride: aStride,
            b: BFloat16.numbers16(weights.base), bIsTransposed: bIsTransposed, into: target.base, stride: cStride)
        }
      }
    }
  }

  private func isKnown(_ arithmetic: Arithmetic, otherwise find: () -> Bool) -> Bool {
    let trial = Trial(shape: self, arithmetic: arithmetic)
    if let known = Self.known.withLock({ $0[trial] }) { return known }
    let found = find()
    Self.known.withLock { $0[trial] = found }
    return found
  }

  private func isBatchInvariant(
    preparing prepare: (AlignedFloats) -> AlignedFloats = { $0 },
    _ multiply: (AlignedFloats, AlignedFloats, AlignedFloats) -> Void
  ) -> Bool {
    let source = AlignedFloats(count: rows * aStride)
    let noise = AlignedFloats(count: depth * columns)
    let target = AlignedFloats(count: rows * cStride)
    source.base.update(repeating: 0, count: source.count)
    RowArrangement.fillWithNoise(noise.base, count: noise.count, seed: 0x51ed_270b)
    let weights = prepare(noise)
    let trials = min(32, max(3, (1 << 27) / (rows * columns * depth)))
    return (0..<trials).allSatisfy { trial in
      RowArrangement.fillWithNoise(source.base, count: depth, seed: 0x2545_f491 &+ UInt32(trial))
      for row in 1..<max(1, rows) { (source.base + row * aStride).update(from: source.base, count: depth) }
      multiply(source, weights, target)
      return (1..<max(1, rows)).allSatisfy { row in
        (0..<columns).allSatisfy {
          target.base[row * cStride + $0].bitPattern == target.base[$0].bitPattern
        }
      }
    }
  }
}
