/// A convolution over one channel and at most 2 × 2 pixels, a ReLU, and a convolution whose windows do not
/// overlap: each output is a bias plus a sum of step features of neighbouring pixels over a cell, which is how
/// networks compute phase steps. As GEMMs with a depth of four and with few outputs they would take most of a
/// small network's time.
///
/// A network that is asked with a phase of either sign has outputs that differ only in sign; their sums are computed
/// once.
final class RampWindowKernel: Kernel {
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
  private let shares: [(sum: Int, sign: Float)]
  /// Of some sums each: rows of the cell × step features × sums × vector elements.
  private let passes: [(sums: Int, weights: AlignedFloats)]
  /// Positions per line, rounded up to whole vectors.
  private let places: Int
  /// Floats per row of pixels, including what vectors read beyond it.
  private let line: Int

  /// Whether a cell's columns repeat within each vector, for any vector width.
  static func canStep(by columns: Int) -> Bool { [1, 2, 4].contains(columns) }

  init(_ layers: Layers) {
    let ramps = layers.starts.count
    let (reach, cell) = (layers.reach, layers.cell)
    precondition(
      layers.taps.count == ramps * reach.height * reach.width && reach.height <= 2 && reach.width <= 2
        && layers.weights.count == layers.bias.count * ramps * cell.height * cell.width
        && layers.bias.count <= Self.mostOutputs && Self.canStep(by: layers.stride.width)
        && cell.height <= layers.stride.height && cell.width <= layers.stride.width)
    self.layers = layers
    let lanes = Vectors.lanes
    places = (layers.output.width * layers.stride.width + lanes - 1) / lanes * lanes
    line = max(places, layers.width) + lanes
    starts = AlignedFloats(layers.starts)
    var squares = [Float](repeating: 0, count: 4 * ramps)
    for ramp in 0..<ramps {
      for row in 0..<reach.height {
        for column in 0..<reach.width {
          squares[4 * ramp + 2 * row + column] = layers.taps[(ramp * reach.height + row) * reach.width + column]
        }
      }
    }
    taps = AlignedFloats(squares)
    let (shares, owners) = Self.shares(layers)
    self.shares = shares
    passes = stride(from: 0, to: owners.count, by: Self.sumsAtOnce).map { first in
      let some = owners[first..<min(first + Self.sumsAtOnce, owners.count)]
      return (some.count, Self.woven(layers, outputs: some, lanes: lanes))
    }
  }

  /// For each output its sum and sign, and for each sum the output that has it as it is.
  private static func shares(_ layers: Layers) -> (shares: [(sum: Int, sign: Float)], owners: [Int]) {
    let count = layers.weights.count / layers.bias.count
    func weights(_ output: Int) -> ArraySlice<Float> { layers.weights[(output * count)..<((output + 1) * count)] }
    var owners: [Int] = []
    let shares = layers.bias.indices.map { output -> (sum: Int, sign: Float) in
      for (sum, owner) in owners.enumerated() {
        if weights(owner).elementsEqual(weights(output)) { return (sum, 1) }
        if weights(owner).elementsEqual(weights(output), by: { $0 == -$1 }) { return (sum, -1) }
      }
      owners.append(output)
      return (owners.count - 1, 1)
    }
    return (shares, owners)
  }

  private static func woven(_ layers: Layers, outputs: ArraySlice<Int>, lanes: Int) -> AlignedFloats {
    let (cell, ramps) = (layers.cell, layers.starts.count)
    var woven: [Float] = []
    for row in 0..<cell.height {
      for ramp in 0..<ramps {
        for output in outputs {
          for lane in 0..<lanes {
            let column = lane % layers.stride.width
            let start = ((output * ramps + ramp) * cell.height + row) * cell.width
            woven.append(column < cell.width ? layers.weights[start + column] : 0)
          }
        }
      }
    }
    return AlignedFloats(woven)
  }

  private var sumCount: Int { passes.reduce(0) { $0 + $1.sums } }

  /// The rows under a line of cells plus one, zero-padded, and the sums at each position.
  var scratchCount: Int { (layers.cell.height + 1) * line + sumCount * places }

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
        Vectors.addRamps(
          of: call.scratch, line: line, rows: layers.cell.height, count: places, taps: taps, starts: starts,
          weights: pass.weights, outputs: pass.sums, into: some)
        some += pass.sums * places
      }
      addPlaces(sums, into: target)
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

  private func addPlaces(_ sums: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let (outputs, columns) = (layers.bias.count, layers.output.width)
    let (width, step, appliesReLU) = (layers.cell.width, layers.stride.width, layers.appliesReLU)
    for output in 0..<outputs {
      let (bias, sign) = (layers.bias[output], shares[output].sign)
      let line = sums + shares[output].sum * places
      for column in 0..<columns {
        let cell = line + column * step
        var sum = bias
        for place in 0..<width { sum += sign * cell[place] }
        target[column * outputs + output] = appliesReLU ? max(0, sum) : sum
      }
    }
  }
}
