/// The first convolution of a gray image.
extension ProgramBuilder {
  /// Index of the convolution that is the only reader of the input.
  var firstConvolution: Int? {
    guard let index = onlyReader(of: Graph.input),
      case .convolution(_, groups: 1, _, _) = graph.layers[index].computes
    else { return nil }
    return index
  }

  /// All channels of the input are computed from one gray value, so the convolution can run on the gray image
  /// with summed weights, and a bias per pixel that contains the means. Padding is 0 after preprocessing, so
  /// the means only count where the kernel is on the image.
  mutating func addFoldedConvolution(_ index: Int, mean: [Float], scale: [Float]) {
    let layer = graph.layers[index]
    guard case .convolution(let window, _, let stored, let bias) = layer.computes,
      case .image(_, let height, let width) = graph.inputShape
    else { return }
    let outputs = graph.shapes[layer.output].channels
    let tail = absorbTail(after: layer.output, bias: bias?.floats() ?? [Float](repeating: 0, count: outputs))
    let folded = FoldedWeights(
      Self.scaled(stored.floats(), by: tail.scale), outputs: outputs, mean: mean, scale: scale)
    let columns = PatchColumns(window: window, height: height, width: width, channels: 1, groupChannels: 1)
    let gray = program.append(
      "gray", GrayKernel(pixels: height * width, mean: [FoldedWeights.center], scale: [1]),
      inputs: [Program.input], size: height * width)
    let kernel = ConvolutionKernel(
      weights: folded.weights, columns: columns, groups: 1, outputs: outputs,
      epilogue: Epilogue(
        bias: AlignedFloats(folded.bias(tail.shift, columns: columns)), appliesReLU: tail.appliesReLU),
      gemm: gemm)
    values[tail.output] = program.append(
      layer.name, kernel, inputs: [gray], size: graph.shapes[layer.output].count)
    absorbed.insert(index)
  }
}
