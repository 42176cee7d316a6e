/// A trainable fully connected layer with bias and optional ReLU, over a whole batch.
final class DenseLayer: TrainedLayer {
  /// Outputs × inputs.
  let weights: Parameter
  let bias: Parameter?
  private let inputs: Int
  private let outputs: Int
  private let appliesReLU: Bool

  var parameters: [Parameter] { [weights] + (bias.map { [$0] } ?? []) }
  var needsOutput: Bool { appliesReLU }

  init(name: String, weights: [Float], bias: [Float]?, inputs: Int, outputs: Int, appliesReLU: Bool) {
    precondition(weights.count == inputs * outputs)
    self.weights = Parameter(layer: name, role: .weights, values: weights)
    self.bias = bias.map { Parameter(layer: name, role: .bias, values: $0) }
    self.inputs = inputs
    self.outputs = outputs
    self.appliesReLU = appliesReLU
  }

  /// Number of column ranges that the products are divided into: the same for any number of threads.
  private func slices(of columns: Int) -> Int { max(1, min(8, columns / 64)) }

  private func slice(_ part: Int, of columns: Int) -> Range<Int> {
    let parts = slices(of: columns)
    return (part * columns / parts)..<((part + 1) * columns / parts)
  }

  func forward(_ pass: ForwardPass) {
    pass.team.run(parts: slices(of: outputs)) { part, thread in
      let range = slice(part, of: outputs)
      thread.blas.multiply(
        rows: pass.count, columns: range.count, depth: inputs, a: pass.inputs[0], aStride: inputs,
        b: weights.memory.base + range.lowerBound * inputs, bStride: inputs, bIsTransposed: true,
        into: pass.output + range.lowerBound, cStride: outputs)
    }
    RowPasses.finish(
      pass.output, rows: pass.count, columns: outputs, bias: bias?.memory.base, relu: appliesReLU)
  }

  func backward(_ pass: BackwardPass) {
    if appliesReLU { RowPasses.mask(pass.gradient, where: pass.output, count: pass.count * outputs) }
    if weights.isTrained {
      pass.team.run(parts: slices(of: outputs)) { part, thread in
        let range = slice(part, of: outputs)
        thread.blas.multiply(
          rows: range.count, columns: inputs, depth: pass.count, a: pass.gradient + range.lowerBound,
          aStride: outputs, aIsTransposed: true, b: pass.inputs[0], bStride: inputs,
          into: weights.gradientMemory.base + range.lowerBound * inputs, cStride: inputs, adds: true)
        guard let bias else { return }
        for row in 0..<pass.count {
          for output in range { bias.gradientMemory.base[output] += pass.gradient[row * outputs + output] }
        }
      }
    }
    guard let target = pass.targets[0] else { return }
    pass.team.run(parts: slices(of: inputs)) { part, thread in
      let range = slice(part, of: inputs)
      thread.blas.multiply(
        rows: pass.count, columns: range.count, depth: outputs, a: pass.gradient, aStride: outputs,
        b: weights.memory.base + range.lowerBound, bStride: inputs, into: target.gradient + range.lowerBound,
        cStride: inputs, adds: target.adds)
    }
  }
}
