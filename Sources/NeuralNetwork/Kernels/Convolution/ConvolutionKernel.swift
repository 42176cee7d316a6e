/// A convolution of one patch as GEMMs over blocks of output pixels (im2col), with bias and ReLU.
final class ConvolutionKernel: Kernel {
  /// Per group: kernel height × kernel width × inputs per group, times outputs per group.
  private let weights: AlignedFloats
  private let epilogue: Epilogue
  private let columns: PatchColumns
  private let groups: Int
  private let outputs: Int
  private let blockRows: Int
  private let gemm: any GEMMLibrary

  /// A block of im2col rows should stay in the second-level cache while the GEMM reads it.
  private static let blockFloats = 1 << 18

  /// `weights` are in ONNX's order: outputs × inputs per group × kernel height × kernel width.
  init(
    weights: [Float], columns: PatchColumns, groups: Int, outputs: Int, epilogue: Epilogue,
    gemm: any GEMMLibrary
  ) {
    self.gemm = gemm
    self.columns = columns
    self.groups = groups
    self.outputs = outputs
    self.epilogue = epilogue
    self.weights = columns.pack(weights, groups: groups, outputs: outputs)
    let pixels = columns.window.output.height * columns.window.output.width
    // Multiples of the BLAS's tiles keep every block but the last at full speed.
    let wanted = max(96, Self.blockFloats / columns.depth / 48 * 48)
    blockRows = columns.window.isPointwise ? pixels : min(pixels, wanted)
  }

  var scratchCount: Int { columns.window.isPointwise ? 0 : blockRows * columns.depth + PatchColumns.slack }

  var shape: String {
    "Convolution \(columns.window.output) by \(blockRows) × \(columns.depth) to \(outputs) in \(groups)"
  }

  func run(_ call: KernelCall) {
    let pixels = columns.window.output.height * columns.window.output.width
    let groupOutputs = outputs / groups
    for firstRow in stride(from: 0, to: pixels, by: blockRows) {
      let rows = min(blockRows, pixels - firstRow)
      for group in 0..<groups {
        let firstChannel = group * columns.groupChannels
        var source = call.input + firstRow * columns.channels + firstChannel
        var sourceStride = columns.channels
        if !columns.window.isPointwise {
          columns.gather(
            call.input, firstChannel: firstChannel, firstRow: firstRow, rows: rows, into: call.scratch)
          source = UnsafePointer(call.scratch)
          sourceStride = columns.depth
        }
        let target = call.output + firstRow * outputs + group * groupOutputs
        gemm.multiply(
          rows: rows, columns: groupOutputs, depth: columns.depth, a: source, aStride: sourceStride,
          b: weights.base + group * columns.depth * groupOutputs, bIsTransposed: false, into: target,
          stride: outputs)
        epilogue.apply(
          to: target, rows: rows, columns: groupOutputs, stride: outputs, firstRow: firstRow,
          firstColumn: group * groupOutputs)
      }
    }
  }
}
