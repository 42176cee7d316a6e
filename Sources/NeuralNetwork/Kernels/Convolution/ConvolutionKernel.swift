/// A convolution of one patch as GEMMs over blocks of output pixels (im2col), with bias and ReLU.
final class ConvolutionKernel: Kernel {
  /// Per group: kernel height × kernel width × inputs per group, times outputs per group.
  private let weights: AlignedFloats
  private let epilogue: Epilogue
  private let columns: PatchColumns
  /// The windows over one group's channels, copied together: pixels next to each other are then one run of floats, as
  /// without groups. `nil` where that saves nothing.
  private let columnsOfGroup: PatchColumns?
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
    let joins = groups > 1 && columns.window.kernel.width > 1 && columns.window.dilation.width == 1
    columnsOfGroup =
      joins
      ? PatchColumns(
        window: columns.window, height: columns.height, width: columns.width, channels: columns.groupChannels,
        groupChannels: columns.groupChannels) : nil
    self.groups = groups
    self.outputs = outputs
    self.epilogue = epilogue
    self.weights = columns.pack(weights, groups: groups, outputs: outputs)
    let pixels = columns.window.output.height * columns.window.output.width
    // Multiples of the BLAS's tiles keep every block but the last at full speed.
    let wanted = max(96, Self.blockFloats / columns.depth / 48 * 48)
    blockRows = columns.window.isPointwise ? pixels : min(pixels, wanted)
  }

  var scratchCount: Int {
    columns.window.isPointwise ? 0 : columnFloats + (columnsOfGroup == nil ? 0 : groups * groupFloats)
  }

  private var columnFloats: Int { blockRows * columns.depth + PatchColumns.slack }
  /// Of one group's channels of the image.
  private var groupFloats: Int { columns.height * columns.width * columns.groupChannels }

  var shape: String {
    "Convolution \(columns.window.output) by \(blockRows) × \(columns.depth) to \(outputs) in \(groups)"
  }

  func run(_ call: KernelCall) {
    let pixels = columns.window.output.height * columns.window.output.width
    let groupOutputs = outputs / groups
    let apart = call.scratch + columnFloats
    if columnsOfGroup != nil { separateGroups(call.input, into: apart) }
    for firstRow in stride(from: 0, to: pixels, by: blockRows) {
      let rows = min(blockRows, pixels - firstRow)
      for group in 0..<groups {
        let firstChannel = group * columns.groupChannels
        var source = call.input + firstRow * columns.channels + firstChannel
        var sourceStride = columns.channels
        if !columns.window.isPointwise {
          if let columnsOfGroup {
            columnsOfGroup.gather(
              apart + group * groupFloats, firstChannel: 0, firstRow: firstRow, rows: rows, into: call.scratch)
          } else {
            columns.gather(
              call.input, firstChannel: firstChannel, firstRow: firstRow, rows: rows, into: call.scratch)
          }
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

  /// Copies each group's channels to an image of their own.
  private func separateGroups(_ image: UnsafePointer<Float>, into images: UnsafeMutablePointer<Float>) {
    let (channels, count) = (columns.channels, columns.groupChannels)
    for group in 0..<groups {
      let (source, target) = (image + group * count, images + group * groupFloats)
      for pixel in 0..<(columns.height * columns.width) {
        for channel in 0..<count { target[pixel * count + channel] = source[pixel * channels + channel] }
      }
    }
  }
}
