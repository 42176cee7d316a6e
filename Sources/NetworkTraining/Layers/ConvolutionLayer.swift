import NeuralNetwork

/// A convolution that is trained, with bias and perhaps ReLU: matrix products over blocks of output pixels,
/// backwards as forwards.
final class ConvolutionLayer: TrainedLayer {
  let weights: Parameter
  let bias: Parameter?
  private let columns: PatchColumns
  private let groups: Int
  private let outputs: Int
  private let appliesReLU: Bool
  private let sums: PartialSums

  /// Size of the columns that one product reads.
  private static let blockFloats = 1 << 20

  var parameters: [Parameter] { [weights] + (bias.map { [$0] } ?? []) }
  var needsOutput: Bool { appliesReLU }

  /// `weights` and `bias` are in the file's order.
  init(
    name: String, weights: [Float], bias: [Float]?, columns: PatchColumns, groups: Int, outputs: Int,
    appliesReLU: Bool, sums: PartialSums
  ) {
    let packed = columns.pack(weights, groups: groups, outputs: outputs)
    self.weights = Parameter(
      layer: name, role: .weights, values: Array(UnsafeBufferPointer(start: packed.base, count: packed.count)))
    self.bias = bias.map { Parameter(layer: name, role: .bias, values: $0) }
    self.columns = columns
    self.groups = groups
    self.outputs = outputs
    self.appliesReLU = appliesReLU
    self.sums = sums
  }

  private var pixels: Int { columns.window.output.height * columns.window.output.width }
  private var inputCount: Int { columns.height * columns.width * columns.channels }
  private var groupOutputs: Int { outputs / groups }

  /// The weights in the file's order: outputs × inputs per group × kernel height × kernel width.
  var fileWeights: [Float] {
    let taps = columns.window.kernel.height * columns.window.kernel.width
    var unpacked = [Float](repeating: 0, count: weights.memory.count)
    for output in 0..<outputs {
      let source =
        weights.memory.base + output / groupOutputs * columns.depth * groupOutputs + output % groupOutputs
      for channel in 0..<columns.groupChannels {
        for tap in 0..<taps {
          unpacked[(output * columns.groupChannels + channel) * taps + tap] =
            source[(tap * columns.groupChannels + channel) * groupOutputs]
        }
      }
    }
    return unpacked
  }

  /// Rows of a product: a range of one patch's output pixels, or all output pixels of several patches.
  private struct Block {
    let patches: Range<Int>
    let firstRow: Int
    let rows: Int
  }

  private func forEachBlock(_ patches: Range<Int>, _ body: (Block) -> Void) {
    let wanted = columns.window.isPointwise ? 4_096 : max(96, Self.blockFloats / columns.depth)
    if pixels > wanted {
      let blocks = (pixels + wanted - 1) / wanted
      let height = (pixels + blocks - 1) / blocks
      for patch in patches {
        for row in stride(from: 0, to: pixels, by: height) {
          body(Block(patches: patch..<(patch + 1), firstRow: row, rows: min(height, pixels - row)))
        }
      }
    } else {
      let step = max(1, wanted / pixels)
      for first in stride(from: patches.lowerBound, to: patches.upperBound, by: step) {
        let some = first..<min(first + step, patches.upperBound)
        body(Block(patches: some, firstRow: 0, rows: some.count * pixels))
      }
    }
  }

  /// The im2col rows of a block, in the scratch memory or in the input itself if it has that layout.
  private func gathered(
    _ block: Block, _ input: UnsafePointer<Float>, group: Int, scratch: UnsafeMutablePointer<Float>
  ) -> (UnsafePointer<Float>, stride: Int) {
    let first = input + block.patches.lowerBound * inputCount
    let firstChannel = group * columns.groupChannels
    if columns.window.isPointwise {
      return (first + block.firstRow * columns.channels + firstChannel, columns.channels)
    }
    let rows = block.rows / block.patches.count
    for patch in 0..<block.patches.count {
      columns.gather(
        first + patch * inputCount, firstChannel: firstChannel, firstRow: block.firstRow, rows: rows,
        into: scratch + patch * rows * columns.depth)
    }
    return (UnsafePointer(scratch), columns.depth)
  }

  private func scratchCount(_ patches: Range<Int>) -> Int {
    var largest = 0
    forEachBlock(patches) { largest = max(largest, $0.rows) }
    return largest * columns.depth + PatchColumns.slack
  }

  func forward(_ pass: ForwardPass) {
    pass.team.runPatches(pass.count) { patches, _, thread in
      let scratch = thread.scratch(scratchCount(patches))
      forEachBlock(patches) { block in
        let target = pass.output + (block.patches.lowerBound * pixels + block.firstRow) * outputs
        for group in 0..<groups {
          let (source, stride) = gathered(block, pass.inputs[0], group: group, scratch: scratch)
          thread.blas.multiply(
            rows: block.rows, columns: groupOutputs, depth: columns.depth, a: source, aStride: stride,
            b: weights.memory.base + group * columns.depth * groupOutputs, bStride: groupOutputs,
            into: target + group * groupOutputs, cStride: outputs)
        }
        RowPasses.finish(target, rows: block.rows, columns: outputs, bias: bias?.memory.base, relu: appliesReLU)
      }
    }
  }

  func backward(_ pass: BackwardPass) {
    let isTrained = weights.isTrained
    let count = weights.memory.count
    if isTrained { sums.prepare(count: count + outputs, patches: pass.count) }
    pass.team.runPatches(pass.count) { patches, part, thread in
      let scratch = thread.scratch(scratchCount(patches))
      let gradient = pass.gradient + patches.lowerBound * pixels * outputs
      let rows = patches.count * pixels
      if appliesReLU {
        RowPasses.mask(gradient, where: pass.output + patches.lowerBound * pixels * outputs, count: rows * outputs)
      }
      if isTrained { RowPasses.sum(gradient, rows: rows, columns: outputs, into: sums.part(part) + count) }
      if let target = pass.targets[0], !target.adds, !columns.window.isPointwise {
        (target.gradient + patches.lowerBound * inputCount).update(repeating: 0, count: patches.count * inputCount)
      }
      var isFirst = true
      forEachBlock(patches) { block in
        for group in 0..<groups {
          if isTrained {
            addWeightGradient(block, group, pass, scratch, into: sums.part(part), adds: !isFirst, thread)
          }
          if let target = pass.targets[0] { addInputGradient(block, group, pass, scratch, into: target, thread) }
        }
        isFirst = false
      }
    }
    guard isTrained else { return }
    sums.reduce(count: count, into: weights.gradientMemory.base, adds: true, team: pass.team)
    if let bias {
      sums.reduce(
        from: count, count: outputs, into: bias.gradientMemory.base, adds: true, team: pass.team)
    }
  }

  private func addWeightGradient(
    _ block: Block, _ group: Int, _ pass: BackwardPass, _ scratch: UnsafeMutablePointer<Float>,
    into sums: UnsafeMutablePointer<Float>, adds: Bool, _ thread: TeamThread
  ) {
    let (source, stride) = gathered(block, pass.inputs[0], group: group, scratch: scratch)
    thread.blas.multiply(
      rows: columns.depth, columns: groupOutputs, depth: block.rows, a: source, aStride: stride,
      aIsTransposed: true, b: gradient(block, group, pass), bStride: outputs,
      into: sums + group * columns.depth * groupOutputs, cStride: groupOutputs, adds: adds)
  }

  private func addInputGradient(
    _ block: Block, _ group: Int, _ pass: BackwardPass, _ scratch: UnsafeMutablePointer<Float>,
    into target: BackwardPass.Target, _ thread: TeamThread
  ) {
    let first = target.gradient + block.patches.lowerBound * inputCount
    let firstChannel = group * columns.groupChannels
    let isPointwise = columns.window.isPointwise
    thread.blas.multiply(
      rows: block.rows, columns: columns.depth, depth: groupOutputs, a: gradient(block, group, pass),
      aStride: outputs, b: weights.memory.base + group * columns.depth * groupOutputs, bStride: groupOutputs,
      bIsTransposed: true, into: isPointwise ? first + block.firstRow * columns.channels + firstChannel : scratch,
      cStride: isPointwise ? columns.channels : columns.depth, adds: isPointwise && target.adds)
    guard !isPointwise else { return }
    let rows = block.rows / block.patches.count
    for patch in 0..<block.patches.count {
      columns.scatter(
        scratch + patch * rows * columns.depth, firstChannel: firstChannel, firstRow: block.firstRow, rows: rows,
        into: first + patch * inputCount)
    }
  }

  private func gradient(_ block: Block, _ group: Int, _ pass: BackwardPass) -> UnsafePointer<Float> {
    UnsafePointer(
      pass.gradient + (block.patches.lowerBound * pixels + block.firstRow) * outputs + group * groupOutputs)
  }
}
