/// A convolution over one channel and at most 2 × 2 pixels, a ReLU, and a convolution whose windows do not
/// overlap: each output is a bias plus a sum of step features of neighbouring pixels over a cell, which is how
/// networks compute phase steps. As GEMMs with a depth of four and with four outputs they would take most of a
/// small network's time.
final class StepFeatureWindowKernel: Kernel {
  /// The two convolutions; the first one computes the step features.
  struct Layers {
    /// Height of the image.
    let height: Int
    let width: Int
    /// Step features × taps of the window `reach`.
    let taps: [Float]
    let reach: Window.Extent
    let starts: [Float]
    /// Outputs × step features × the pixels of the window `cell`.
    let weights: [Float]
    let bias: [Float]
    let cell: Window.Extent
    let stride: Window.Extent
    let output: Window.Extent
    let appliesReLU: Bool
  }

  /// The most sums that fit into registers.
  static let mostOutputs = 4

  private let layers: Layers
  private let taps: AlignedFloats
  private let starts: AlignedFloats
  /// Rows of the cell × step features × outputs × vector elements.
  private let weights: AlignedFloats
  /// Positions per line, rounded up to whole vectors.
  private let positions: Int
  /// Floats per row of pixels, including what vectors read beyond it.
  private let line: Int

  /// Whether a cell's columns repeat within each vector, for any vector width.
  static func canStep(by columns: Int) -> Bool { [1, 2, 4].contains(columns) }

  init(_ layers: Layers) {
    let features = layers.starts.count
    let (reach, cell) = (layers.reach, layers.cell)
    precondition(
      layers.taps.count == features * reach.height * reach.width && reach.height <= 2 && reach.width <= 2
        && layers.weights.count == layers.bias.count * features * cell.height * cell.width
        && layers.bias.count <= Self.mostOutputs && Self.canStep(by: layers.stride.width)
        && cell.height <= layers.stride.height && cell.width <= layers.stride.width)
    self.layers = layers
    let lanes = Vectors.lanes
    positions = (layers.output.width * layers.stride.width + lanes - 1) / lanes * lanes
    line = max(positions, layers.width) + lanes
    starts = AlignedFloats(layers.starts)
    var squares = [Float](repeating: 0, count: 4 * features)
    for feature in 0..<features {
      for row in 0..<reach.height {
        for column in 0..<reach.width {
          squares[4 * feature + 2 * row + column] =
            layers.taps[(feature * reach.height + row) * reach.width + column]
        }
      }
    }
    taps = AlignedFloats(squares)
    var woven: [Float] = []
    for row in 0..<cell.height {
      for feature in 0..<features {
        for output in layers.bias.indices {
          for lane in 0..<lanes {
            let column = lane % layers.stride.width
            let start = ((output * features + feature) * cell.height + row) * cell.width
            woven.append(column < cell.width ? layers.weights[start + column] : 0)
          }
        }
      }
    }
    weights = AlignedFloats(woven)
  }

  /// The rows under a line of cells plus one, zero-padded, and the outputs' sums at each position.
  var scratchCount: Int { (layers.cell.height + 1) * line + Self.mostOutputs * positions }

  // Hashed into plan descriptions, so the text keeps the old word for step features.
  var shape: String {
    "Sums of \(layers.starts.count) ramps to \(layers.bias.count) over \(layers.cell.height) × \(layers.cell.width)"
  }

  func run(_ call: KernelCall) {
    let sums = call.scratch + (layers.cell.height + 1) * line
    var target = call.output
    for row in 0..<layers.output.height {
      copyRows(from: row * layers.stride.height, of: call.input, to: call.scratch)
      Vectors.addStepFeatures(
        of: call.scratch, line: line, rows: layers.cell.height, count: positions, taps: taps, starts: starts,
        weights: weights, outputs: layers.bias.count, into: sums)
      addPositions(sums, into: target)
      target += layers.output.width * layers.bias.count
    }
  }

  private func copyRows(from first: Int, of pixels: UnsafePointer<Float>, to rows: UnsafeMutablePointer<Float>) {
    for row in 0...layers.cell.height {
      let target = rows + row * line
      let isInside = first + row < layers.height
      if isInside { target.update(from: pixels + (first + row) * layers.width, count: layers.width) }
      let count = isInside ? layers.width : 0
      (target + count).update(repeating: 0, count: line - count)
    }
  }

  private func addPositions(_ sums: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let outputs = layers.bias.count
    for output in 0..<outputs {
      let (bias, positions) = (layers.bias[output], sums + output * positions)
      for column in 0..<layers.output.width {
        var sum = bias
        for tap in 0..<layers.cell.width { sum += positions[column * layers.stride.width + tap] }
        target[column * outputs + output] = layers.appliesReLU ? max(0, sum) : sum
      }
    }
  }
}
