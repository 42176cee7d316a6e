/// A convolution of one patch as GEMMs of bfloat16 numbers over blocks of output pixels, accumulated in
/// float32, with bias and ReLU.
final class BFloat16ConvolutionKernel: Kernel {
  private let weights: AlignedFloats
  private let epilogue: Epilogue
  private let columns: PatchColumns
  private let groups: Int
  private let outputs: Int
  private let blockRows: Int
  private let gemm: OneDNN

  private static let blockNumbers = 1 << 19

  /// `weights` are in ONNX's order: outputs × inputs per group × kernel height × kernel width.
  init(
    weights: [Float], columns: PatchColumns, groups: Int, outputs: Int, epilogue: Epilogue, gemm: OneDNN
  ) {
    self.columns = columns
    self.groups = groups
    self.outputs = outputs
    self.epilogue = epilogue
    self.gemm = gemm
    self.weights = BFloat16.rounded(
      columns.pack(weights, groups: groups, outputs: outputs))
    let pixels = columns.window.output.height * columns.window.output.width
    blockRows = min(pixels, max(96, Self.blockNumbers / columns.depth / 48 * 48))
  }

  private var imageNumbers: Int { (columns.height * columns.width * columns.channels + 31) / 32 * 32 }

  var scratchCount: Int { (imageNumbers + blockRows * columns.depth + PatchColumns.slack + 1) / 2 }

  var shape: String {
    "Convolution in bfloat16 \(columns.window.output) by \(blockRows) × \(columns.depth) to \(outputs) in \(groups)"
  }

  func run(_ call: KernelCall) {
    let image = BFloat16.numbers16(call.scratch)
    let rowsOfColumns = image + imageNumbers
    BFloat16.round(call.input, count: columns.height * columns.width * columns.channels, into: image)
    let pixels = columns.window.output.height * columns.window.output.width
    let groupOutputs = outputs / groups
    for firstRow in stride(from: 0, to: pixels, by: blockRows) {
      let rows = min(blockRows, pixels - firstRow)
      for group in 0..<groups {
        columns.gather(
          UnsafePointer(image), firstChannel: group * columns.groupChannels, firstRow: firstRow, rows: rows,
          into: rowsOfColumns)
        let target = call.output + firstRow * outputs + group * groupOutputs
        gemm.multiply(
          rows: rows, columns: groupOutputs, depth: columns.depth, a: rowsOfColumns, aStride: columns.depth,
          b: BFloat16.numbers16(weights.base) + group * columns.depth * groupOutputs, bIsTransposed: false,
          into: target, stride: outputs)
        epilogue.apply(
          to: target, rows: rows, columns: groupOutputs, stride: outputs, firstRow: firstRow,
          firstColumn: group * groupOutputs)
      }
    }
  }
}
