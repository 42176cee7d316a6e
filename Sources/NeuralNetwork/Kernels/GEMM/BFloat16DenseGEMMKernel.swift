/// A fully connected layer over a whole batch as GEMMs of bfloat16 numbers, accumulated in float32, with bias
/// and ReLU. Only for shapes with batch invariance, see ``BatchInvariance``.
final class BFloat16DenseGEMMKernel: Kernel {
  /// Outputs × inputs.
  private let weights: AlignedFloats
  private let epilogue: Epilogue
  private let rows: Int
  private let inputs: Int
  private let outputs: Int
  private let blockRows: Int
  private let gemm: OneDNN

  init(weights: AlignedFloats, rows: Int, inputs: Int, outputs: Int, epilogue: Epilogue, gemm: OneDNN) {
    self.weights = BFloat16.rounded(weights)
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    self.epilogue = epilogue
    self.gemm = gemm
    blockRows = Self.blockRows(rows: rows)
  }

  /// Number of rows per GEMM.
  static func blockRows(rows: Int) -> Int {
    let blocks = (rows + 255) / 256
    return (rows + blocks - 1) / blocks
  }

  private var sourceFloats: Int { (blockRows * inputs + 31) / 32 * 16 }

  var scratchCount: Int { sourceFloats + blockRows * outputs }

  // Hashed into plan descriptions, so the text keeps its old words.
  var shape: String { "RowProduct in bfloat16 \(rows) × \(inputs) to \(outputs) by \(blockRows)" }

  func run(_ call: KernelCall) {
    let source = BFloat16.numbers16(call.scratch)
    let product = call.scratch + sourceFloats
    for firstRow in stride(from: 0, to: rows, by: blockRows) {
      let used = min(blockRows, rows - firstRow)
      BFloat16.round(call.input + firstRow * inputs, count: used * inputs, into: source)
      (source + used * inputs).update(repeating: 0, count: (blockRows - used) * inputs)
      gemm.multiply(
        rows: blockRows, columns: outputs, depth: inputs, a: source, aStride: inputs,
        b: BFloat16.numbers16(weights.base), bIsTransposed: true, into: product, stride: outputs)
      (call.output + firstRow * outputs).update(from: product, count: used * outputs)
    }
    epilogue.apply(to: call.output, rows: rows, columns: outputs, stride: outputs, firstRow: 0, firstColumn: 0)
  }
}
