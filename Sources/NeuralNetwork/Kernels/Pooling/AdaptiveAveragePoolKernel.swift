/// The mean over a grid of windows that together cover the image; neighbours overlap if the image's size is not
/// a multiple of the grid's.
struct AdaptiveAveragePoolKernel: Kernel {
  private let channels: Int
  private let width: Int
  private let rows: [Range<Int>]
  private let columns: [Range<Int>]

  init(from input: PatchShape, to output: PatchShape) {
    let (sizes, outputs) = (input.dimensions, output.dimensions)
    channels = sizes[0]
    width = sizes[2]
    rows = PoolingGrid.spans(of: sizes[1], outputs: outputs[1])
    columns = PoolingGrid.spans(of: sizes[2], outputs: outputs[2])
  }

  func run(_ call: KernelCall) {
    for (row, covered) in rows.enumerated() {
      for (column, span) in columns.enumerated() {
        let target = call.output + (row * columns.count + column) * channels
        target.update(repeating: 0, count: channels)
        for y in covered {
          for x in span {
            let source = call.input + (y * width + x) * channels
            for channel in 0..<channels { target[channel] += source[channel] }
          }
        }
        let pixels = Float(covered.count * span.count)
        for channel in 0..<channels { target[channel] /= pixels }
      }
    }
  }
}

/// The windows of adaptive pooling along one side.
package enum PoolingGrid {
  /// - Parameters:
  ///   - size: pixels of the side.
  ///   - outputs: how many windows, which together cover it.
  /// - Returns: the pixels of each.
  package static func spans(of size: Int, outputs: Int) -> [Range<Int>] {
    (0..<outputs).map { ($0 * size / outputs)..<((($0 + 1) * size + outputs - 1) / outputs) }
  }
}
