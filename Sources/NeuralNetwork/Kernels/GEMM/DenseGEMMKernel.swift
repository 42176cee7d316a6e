/// A fully connected layer over the rows of a whole batch: rows × inputs to rows × outputs, with bias and ReLU.
///
/// A row's bits depend neither on its position nor on the other rows (batch invariance); see
/// ``RowArrangement``.
final class DenseGEMMKernel: Kernel {
  /// How the product is computed.
  enum Method: Equatable {
    /// By the BLAS, in blocks of `blockRows` rows of the batch.
    case blas(RowArrangement, blockRows: Int)
    case ownDotProducts
  }

  let method: Method
  /// Outputs × inputs, then zeros for the outputs that fill the GEMM's last tile.
  private let weights: AlignedFloats
  private let epilogue: Epilogue
  private let rows: Int
  private let inputs: Int
  private let outputs: Int
  /// Outputs computed by the BLAS: whole tiles, because it uses other kernels for remainders.
  private let columns: Int
  private let gemm: any GEMMLibrary

  /// For at most this many outputs the engine's own product is as fast as the BLAS.
  static let narrowOutputs = 16
  /// More rows at once gain no speed, and the BLAS would divide large products itself.
  private static let largestBlock = 256

  /// Number of outputs that a layer's weights need memory for.
  static func columns(outputs: Int) -> Int { outputs <= narrowOutputs ? outputs : (outputs + 15) / 16 * 16 }

  /// `weights` are outputs × inputs, zero-padded to the outputs of ``columns(outputs:)``. They are packed after
  /// the layout was tried, which needs as much memory as they do.
  init(
    weights: @autoclosure () -> AlignedFloats, rows: Int, inputs: Int, outputs: Int, epilogue: Epilogue,
    gemm: any GEMMLibrary = CBLASLibrary()
  ) {
    self.gemm = gemm
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    columns = Self.columns(outputs: outputs)
    self.epilogue = epilogue
    let blocks = (rows + Self.largestBlock - 1) / Self.largestBlock
    let blockRows = (rows + blocks - 1) / blocks
    let arrangement =
      outputs <= Self.narrowOutputs
      ? nil : RowArrangement.stable(rows: blockRows, inputs: inputs, outputs: columns, gemm: gemm)
    method = arrangement.map { .blas($0, blockRows: blockRows) } ?? .ownDotProducts
    self.weights = weights()
    precondition(self.weights.count == columns * inputs)
  }

  var scratchCount: Int {
    guard case .blas(let arrangement, _) = method else { return 0 }
    return arrangement.total * (inputs + columns)
  }

  // Hashed into plan descriptions, so the text keeps its old words.
  var shape: String { "RowProduct \(rows) × \(inputs) to \(outputs) of \(columns) by \(method)" }

  func run(_ call: KernelCall) {
    switch method {
    case .ownDotProducts:
      NarrowGEMM.multiply(
        rows: rows, outputs: outputs, depth: inputs, a: call.input, b: weights.base, into: call.output)
    case .blas(let arrangement, blockRows: rows)
    where !arrangement.isTurned && arrangement.total == rows && columns == outputs:
      arrangement.multiply(
        call.input, weights: weights.base, inputs: inputs, outputs: outputs, into: call.output, by: gemm)
    case .blas(let arrangement, let blockRows):
      for firstRow in stride(from: 0, to: rows, by: blockRows) {
        run(arrangement, firstRow: firstRow, rows: min(blockRows, rows - firstRow), call)
      }
    }
    epilogue.apply(to: call.output, rows: rows, columns: outputs, stride: outputs, firstRow: 0, firstColumn: 0)
  }

  private func run(_ arrangement: RowArrangement, firstRow: Int, rows: Int, _ call: KernelCall) {
    let source = call.scratch
    let product = source + arrangement.total * inputs
    source.update(repeating: 0, count: arrangement.first * inputs)
    (source + arrangement.first * inputs).update(from: call.input + firstRow * inputs, count: rows * inputs)
    let used = arrangement.first + rows
    (source + used * inputs).update(repeating: 0, count: (arrangement.total - used) * inputs)
    arrangement.multiply(
      source, weights: weights.base, inputs: inputs, outputs: columns, into: product, by: gemm)
    for row in 0..<rows {
      let target = call.output + (firstRow + row) * outputs
      for output in 0..<outputs {
        target[output] = arrangement.value(product, row: row, output: output, outputs: columns)
      }
    }
  }
}
