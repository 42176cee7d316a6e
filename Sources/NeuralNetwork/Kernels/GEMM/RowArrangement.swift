import Synchronization

/// Layout of a batch's rows for the BLAS that gives batch invariance: a row's bits do not depend on its
/// position.
///
/// The BLAS computes each row independently, but its kernels add in different orders at different positions.
/// OpenBLAS 0.3.21's for AVX-512 treat all rows alike; those for AVX2 alternate between two orders every six
/// rows, and in the transposed product use another order for the first and last eight rows. So candidate
/// layouts are tried on equal rows, and the first one with equal results is used.
struct RowArrangement: Equatable {
  /// Caches trials: runners are created repeatedly, and a library does not change while it is loaded.
  private struct Trial: Hashable {
    let rows: Int
    let inputs: Int
    let outputs: Int
    let library: MatrixLibrary
  }
  private static let known = Mutex<[Trial: RowArrangement?]>([:])

  /// Whether the product is computed as (weights · inputsᵀ), with the result outputs × rows.
  let isTurned: Bool
  /// Number of rows of the BLAS's product.
  let total: Int
  /// Position of the batch's first row; rows before and after the batch are 0.
  let first: Int

  /// In order of increasing cost.
  static func candidates(rows: Int) -> [RowArrangement] {
    let tile = 16
    let margin = 8
    let whole = (rows + tile - 1) / tile * tile
    return [
      RowArrangement(isTurned: false, total: rows, first: 0),
      RowArrangement(isTurned: true, total: whole, first: 0),
      RowArrangement(isTurned: true, total: whole + 2 * margin, first: margin),
    ]
  }

  /// The first candidate for which equal rows get equal bits; `nil` if there is none.
  ///
  /// In one product of equal rows a different order of summation shows only in some outputs, and a special
  /// kernel for the last few outputs only in those, so every candidate is tried several times.
  static func stable(rows: Int, inputs: Int, outputs: Int, gemm: any GEMMLibrary) -> RowArrangement? {
    let trial = Trial(rows: rows, inputs: inputs, outputs: outputs, library: gemm.library)
    if let known = known.withLock({ $0[trial] }) { return known }
    let found = tried(rows: rows, inputs: inputs, outputs: outputs, gemm: gemm)
    known.withLock { $0[trial] = .some(found) }
    return found
  }

  private static func tried(rows: Int, inputs: Int, outputs: Int, gemm: any GEMMLibrary) -> RowArrangement? {
    let weights = AlignedFloats(count: outputs * inputs)
    fillWithNoise(weights.base, count: outputs * inputs, seed: 0x9e37_79b9)
    let trials = min(32, max(3, (1 << 27) / (rows * inputs * outputs)))
    return candidates(rows: rows).first { candidate in
      let source = AlignedFloats(count: candidate.total * inputs)
      let target = AlignedFloats(count: candidate.total * outputs)
      return (0..<trials).allSatisfy { trial in
        fillWithNoise(source.base, count: inputs, seed: 0x7f4a_7c15 &+ UInt32(trial))
        for row in 1..<candidate.total {
          (source.base + row * inputs).update(from: source.base, count: inputs)
        }
        candidate.multiply(
          source.base, weights: weights.base, inputs: inputs, outputs: outputs, into: target.base, by: gemm)
        return candidate.hasEqualRows(target.base, rows: rows, outputs: outputs)
      }
    }
  }

  private func hasEqualRows(_ product: UnsafePointer<Float>, rows: Int, outputs: Int) -> Bool {
    (0..<outputs).allSatisfy { output in
      let bits = value(product, row: 0, output: output, outputs: outputs).bitPattern
      return (1..<rows).allSatisfy {
        value(product, row: $0, output: output, outputs: outputs).bitPattern == bits
      }
    }
  }

  /// The product of `total` rows, in the layout that ``value(_:row:output:outputs:)`` expects in `target`.
  func multiply(
    _ source: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputs: Int, outputs: Int,
    into target: UnsafeMutablePointer<Float>, by gemm: any GEMMLibrary
  ) {
    if isTurned {
      gemm.multiply(
        rows: outputs, columns: total, depth: inputs, a: weights, aStride: inputs, b: source,
        bIsTransposed: true, into: target, stride: total)
    } else {
      gemm.multiply(
        rows: total, columns: outputs, depth: inputs, a: source, aStride: inputs, b: weights,
        bIsTransposed: true, into: target, stride: outputs)
    }
  }

  @inline(__always)
  func value(_ product: UnsafePointer<Float>, row: Int, output: Int, outputs: Int) -> Float {
    isTurned ? product[output * total + first + row] : product[(first + row) * outputs + output]
  }

  /// Fills with pseudorandom numbers.
  static func fillWithNoise(_ numbers: UnsafeMutablePointer<Float>, count: Int, seed: UInt32) {
    var state = seed
    for index in 0..<count {
      state = state &* 1_664_525 &+ 1_013_904_223
      numbers[index] = Float(state >> 8) / Float(1 << 23) - 1
    }
  }
}
