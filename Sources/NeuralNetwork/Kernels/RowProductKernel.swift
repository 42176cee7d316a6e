/// A fully connected layer over the rows of a whole batch: rows × inputs to rows × outputs, with bias and ReLU.
///
/// A row's bits must depend neither on its place nor on what is in the other rows. The BLAS computes each
/// row by itself, but may take other paths for rows at the end; so when a kernel is made, it multiplies
/// equal rows and looks whether all results are equal. Where they are not, the rows are padded to
/// whole tiles, and at last the engine's own product is used.
final class RowProductKernel: Kernel {
  /// How the product is computed.
  enum Method: Equatable {
    /// By the BLAS, always over this many rows.
    case blas(rows: Int)
    case ownDotProducts
  }

  let method: Method
  /// Outputs × inputs.
  private let weights: AlignedFloats
  private let epilogue: Epilogue
  private let rows: Int
  private let inputs: Int
  private let outputs: Int

  /// Up to so many outputs the engine's own product is as fast as the BLAS.
  static let narrowOutputs = 16
  /// A multiple of the heights of OpenBLAS's tiles.
  private static let tileRows = 48

  init(weights: AlignedFloats, rows: Int, inputs: Int, outputs: Int, epilogue: Epilogue) {
    self.weights = weights
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    self.epilogue = epilogue
    let tiles = (rows + Self.tileRows - 1) / Self.tileRows * Self.tileRows
    let candidates = outputs <= Self.narrowOutputs ? [] : rows == tiles ? [rows] : [rows, tiles]
    let stable = candidates.first {
      Self.givesEqualRows(weights: weights, rows: $0, inputs: inputs, outputs: outputs)
    }
    method = stable.map { .blas(rows: $0) } ?? .ownDotProducts
  }

  var scratchCount: Int {
    if case .blas(let padded) = method, padded > rows { padded * (inputs + outputs) } else { 0 }
  }

  func run(_ call: KernelCall) {
    switch method {
    case .ownDotProducts:
      NarrowProduct.multiply(
        rows: rows, outputs: outputs, depth: inputs, a: call.input, b: weights.base, into: call.output)
    case .blas(rows):
      Self.multiply(weights, rows: rows, inputs: inputs, outputs: outputs, call.input, into: call.output)
    case .blas(let padded):
      let source = call.scratch
      let target = call.scratch + padded * inputs
      source.update(from: call.input, count: rows * inputs)
      (source + rows * inputs).update(repeating: 0, count: (padded - rows) * inputs)
      Self.multiply(weights, rows: padded, inputs: inputs, outputs: outputs, source, into: target)
      call.output.update(from: target, count: rows * outputs)
    }
    epilogue.apply(to: call.output, rows: rows, columns: outputs, stride: outputs, firstRow: 0, firstColumn: 0)
  }

  private static func multiply(
    _ weights: AlignedFloats, rows: Int, inputs: Int, outputs: Int, _ source: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    BLAS.multiply(
      rows: rows, columns: outputs, depth: inputs, a: source, aStride: inputs, b: weights.base,
      bIsTransposed: true, into: target, stride: outputs)
  }

  /// Whether equal rows give equal bits at every place.
  private static func givesEqualRows(weights: AlignedFloats, rows: Int, inputs: Int, outputs: Int) -> Bool {
    let source = AlignedFloats(count: rows * inputs)
    let target = AlignedFloats(count: rows * outputs)
    // Numbers without a pattern, so that another order of summation shows in the last bits.
    var state: UInt32 = 0x9e37_79b9
    for column in 0..<inputs {
      state = state &* 1_664_525 &+ 1_013_904_223
      source.base[column] = Float(state >> 8) / Float(1 << 23) - 1
    }
    for row in 1..<max(rows, 1) { (source.base + row * inputs).update(from: source.base, count: inputs) }
    multiply(weights, rows: rows, inputs: inputs, outputs: outputs, source.base, into: target.base)
    for row in 1..<max(rows, 1) {
      let line = target.base + row * outputs
      for column in 0..<outputs where line[column].bitPattern != target.base[column].bitPattern { return false }
    }
    return true
  }
}
