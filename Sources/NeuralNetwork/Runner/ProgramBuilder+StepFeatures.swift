/// Two convolutions fused into one kernel.
extension Graph {
  /// With more, GEMMs would be as fast.
  private static let mostStepFeatures = 16
  private static let mostPointwiseOutputs = 4

  /// The second of two fusible convolutions: the first one, at `index`, reads one channel; a ReLU between them
  /// has no other reader; and both are 1 × 1, or the second's windows do not overlap. `nil` for other layers.
  func endOfRamps(from index: Int) -> (relu: Int, convolution: Int)? {
    guard index + 2 < layers.count, case .convolution = layers[index].computes,
      shapes[layers[index].inputs[0]].channels == 1, case .relu = layers[index + 1].computes,
      layers[index + 1].inputs == [layers[index].output], layers[index + 2].inputs == [layers[index + 1].output],
      shapes[layers[index].output].channels <= Self.mostStepFeatures
    else { return nil }
    let arePointwise = isPointwise(index) && isPointwise(index + 2)
    guard arePointwise || isSideBySide(index, index + 2),
      shapes[layers[index + 2].output].channels
        <= (arePointwise ? Self.mostPointwiseOutputs : StepFeatureWindowKernel.mostOutputs)
    else { return nil }
    let inside = [layers[index].output, layers[index + 1].output]
    let isRead = layers.enumerated().contains { other, layer in
      !(index...index + 2).contains(other) && layer.inputs.contains(where: inside.contains)
    }
    guard !isRead, !inside.contains(output), !otherHeads.values.contains(where: inside.contains) else { return nil }
    return (index + 1, index + 2)
  }

  private func isPointwise(_ index: Int) -> Bool {
    guard case .convolution(let window, groups: 1, _, _) = layers[index].computes else { return false }
    return window.isPointwise
  }

  /// Whether the first one reads at most 2 × 2 pixels, the second one reads each value at most once, and
  /// neither has padding.
  private func isSideBySide(_ first: Int, _ second: Int) -> Bool {
    guard case .convolution(let reach, groups: 1, _, _) = layers[first].computes,
      case .convolution(let cell, groups: 1, _, _) = layers[second].computes
    else { return false }
    let (none, one) = (Window.Extent(height: 0, width: 0), Window.Extent(height: 1, width: 1))
    return [reach, cell].allSatisfy { $0.before == none && $0.after == none && $0.dilation == one }
      && reach.stride == one && reach.kernel.height <= 2 && reach.kernel.width <= 2
      && cell.kernel.height <= cell.stride.height && cell.kernel.width <= cell.stride.width
      && StepFeatureWindowKernel.canStep(by: cell.stride.width)
  }
}

extension ProgramBuilder {
  /// Fuses two convolutions, the first one at `index`; returns whether that was possible.
  mutating func addStepFeatures(from index: Int) -> Bool {
    guard let end = graph.endOfRamps(from: index), plan.kernels[graph.layers[end.convolution].name] != .bfloat16,
      case .convolution(let reach, _, let slopes, let starts) = graph.layers[index].computes,
      case .convolution(let cell, _, let weights, let bias) = graph.layers[end.convolution].computes,
      case .image(_, let height, let width) = graph.shapes[graph.layers[index].inputs[0]]
    else { return false }
    let last = graph.layers[end.convolution]
    let shape = graph.shapes[last.output]
    let zeros = [Float](repeating: 0, count: shape.channels)
    let tail = absorbTail(after: last.output, bias: bias?.floats() ?? zeros)
    let count = graph.shapes[graph.layers[index].output].channels
    let begin = starts?.floats() ?? [Float](repeating: 0, count: count)
    let scaled = Self.scaled(weights.floats(), by: tail.scale)
    let kernel: any Kernel =
      if reach.isPointwise, cell.isPointwise {
        StepFeatureSumKernel(
          pixels: height * width, slopes: slopes.floats(), starts: begin, weights: scaled, bias: tail.shift,
          appliesReLU: tail.appliesReLU)
      } else {
        StepFeatureWindowKernel(
          .init(
            height: height, width: width, taps: slopes.floats(), reach: reach.kernel, starts: begin,
            weights: scaled,
            bias: tail.shift, cell: cell.kernel, stride: cell.stride, output: cell.output,
            appliesReLU: tail.appliesReLU))
      }
    values[tail.output] = program.append(
      last.name, kernel, inputs: [values[graph.layers[index].inputs[0]] ?? Program.input], size: shape.count)
    absorbed.formUnion([end.relu, end.convolution])
    return true
  }
}
