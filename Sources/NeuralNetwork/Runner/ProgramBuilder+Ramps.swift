/// Two convolutions that become one kernel.
extension Graph {
  /// More would be as fast as products.
  private static let mostRamps = 16
  private static let mostOutputs = 4

  /// The second of two 1 × 1 convolutions of which the first, at `index`, reads one channel, with a ReLU between them that
  /// nobody else reads; `nil` for another layer.
  func endOfRamps(from index: Int) -> (relu: Int, convolution: Int)? {
    guard index + 2 < layers.count, isPointwise(index), shapes[layers[index].inputs[0]].channels == 1,
      shapes[layers[index].output].channels <= Self.mostRamps, case .relu = layers[index + 1].computes,
      layers[index + 1].inputs == [layers[index].output], isPointwise(index + 2),
      layers[index + 2].inputs == [layers[index + 1].output],
      shapes[layers[index + 2].output].channels <= Self.mostOutputs
    else { return nil }
    let inside = [layers[index].output, layers[index + 1].output]
    let isRead = layers.enumerated().contains { place, layer in
      !(index...index + 2).contains(place) && layer.inputs.contains(where: inside.contains)
    }
    guard !isRead, !inside.contains(output), !otherHeads.values.contains(where: inside.contains) else { return nil }
    return (index + 1, index + 2)
  }

  private func isPointwise(_ index: Int) -> Bool {
    guard case .convolution(let window, groups: 1, _, _) = layers[index].computes else { return false }
    return window.isPointwise
  }
}

extension ProgramBuilder {
  /// Makes one kernel of two convolutions, the first at `index`, and tells whether it could.
  mutating func addRamps(from index: Int) -> Bool {
    guard let end = graph.endOfRamps(from: index), plan.kernels[graph.layers[end.convolution].name] != .bfloat16,
      case .convolution(_, _, let slopes, let starts) = graph.layers[index].computes,
      case .convolution(_, _, let weights, let bias) = graph.layers[end.convolution].computes
    else { return false }
    let last = graph.layers[end.convolution]
    let shape = graph.shapes[last.output]
    let zeros = [Float](repeating: 0, count: shape.channels)
    let tail = absorbTail(after: last.output, bias: bias?.floats() ?? zeros)
    let count = graph.shapes[graph.layers[index].output].channels
    let kernel = RampSumKernel(
      pixels: shape.count / shape.channels, slopes: slopes.floats(),
      starts: starts?.floats() ?? [Float](repeating: 0, count: count),
      weights: Self.scaled(weights.floats(), by: tail.scale), bias: tail.shift, appliesReLU: tail.appliesReLU)
    values[tail.output] = program.append(
      last.name, kernel, inputs: [values[graph.layers[index].inputs[0]] ?? Program.input], size: shape.count)
    absorbed.formUnion([end.relu, end.convolution])
    return true
  }
}
