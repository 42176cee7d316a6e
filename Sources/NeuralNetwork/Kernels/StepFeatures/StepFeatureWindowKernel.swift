/// A convolution over one channel and at most 2 × 2 pixels, a ReLU, and a convolution whose windows do not
/// overlap: each output is a bias plus a sum of step features of neighbouring pixels over a cell, which is how
/// networks compute phase steps. As GEMMs with a depth of four and with few outputs they would take most of a
/// small network's time.
///
/// A network that is asked with a phase of either sign has outputs that differ only in sign; their sums are computed
/// once.
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

  /// With more, GEMMs would be as fast.
  static let mostOutputs = 8
  /// The most sums that fit into registers.
  private static let sumsAtOnce = 4

  private let layers: Layers
  private let taps: AlignedFloats
  private let starts: AlignedFloats
  /// For each output: which of the sums it is, and the factor 1 or −1.
  private let parts: [(sum: Int, sign: Float)]
  /// Of some sums each: rows of the cell × step features × sums × vector elements.
  private let passes: [(sums: Int, weights: AlignedFloats)]
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
    let (parts, owners) = Self.parts(layers)
    self.parts = parts
    passes = stride(from: 0, to: owners.count, by: Self.sumsAtOnce).map { first in
      let some = owners[first..<min(first + Self.sumsAtOnce, owners.count)]
      return (some.count, Self.woven(layers, outputs: some, lanes: lanes))
    }
  }

  /// For each output its sum and sign, and for each sum the output that has it as it is.
  private static func parts(_ layers: Layers) -> (parts: [(sum: Int, sign: Float)], owners: [Int]) {
    let count = layers.weights.count / layers.bias.count
    func weights(_ output: Int) -> ArraySlice<Float> { layers.weights[(output * count)..<((output + 1) * count)] }
    var owners: [Int] = []
    let parts = layers.bias.indices.map { output -> (sum: Int, sign: Float) in
      for (sum, owner) in owners.enumerated() {
        if weights(owner).elementsEqual(weights(output)) { return (sum, 1) }
        if weights(owner).elementsEqual(weights(output), by: { $0 == -$1 }) { return (sum, -1) }
      }
      owners.append(output)
      return (owners.count - 1, 1)
    }
    return (parts, owners)
  }

  private static func woven(_ layers: Layers, outputs: ArraySlice<Int>, lanes: Int) -> AlignedFloats {
    let (cell, features) = (layers.cell, layers.starts.count)
    var woven: [Float] = []
    for row in 0..<cell.height {
      for feature in 0..<features {
        for output in outputs {
          for lane in 0..<lanes {
            let column = lane % layers.stride.width
            let start = ((output * features + feature) * cell.height + row) * cell.width
            woven.append(column < cell.width ? layers.weights[start + column] : 0)
          }
        }
      }
    }
    return AlignedFloats(woven)
  }

  private var sumCount: Int { passes.reduce(0) { $0 + $1.sums } }

  /// The rows under a line of cells plus one, zero-padded, and the sums at each position.
  var scratchCount: Int { (layers.cell.height + 1) * line + sumCount * positions }

  // Hashed into plan descriptions, so the text keeps the old word for step features.
  var shape: String {
    "Sums of \(layers.starts.count) ramps to \(layers.bias.count) over \(layers.cell.height) × \(layers.cell.width)"
  }

  func run(_ call: KernelCall) {
    let sums = call.scratch + (layers.cell.height + 1) * line
    var target = call.output
    for row in 0..<layers.output.height {
      copyRows(from: row * layers.stride.height, of: call.input, to: call.scratch)
      var some = sums
      for pass in passes {
        Vectors.addStepFeatures(
          of: call.scratch, line: line, rows: layers.cell.height, count: positions, taps: taps, starts: starts,
          weights: pass.weights, outputs: pass.sums, into: some)
        some += pass.sums * positions
      }
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
    let (outputs, columns) = (layers.bias.count, layers.output.width)
    let (width, step, appliesReLU) = (layers.cell.width, layers.stride.width, layers.appliesReLU)
    for output in 0..<outputs {
      let (bias, sign) = (layers.bias[output], parts[output].sign)
      let line = sums + parts[output].sum * positions
      for column in 0..<columns {
        let cell = line + column * step
        var sum = bias
        for tap in 0..<width { sum += sign * cell[tap] }
        target[column * outputs + output] = appliesReLU ? max(0, sum) : sum
      }
    }
  }
}
