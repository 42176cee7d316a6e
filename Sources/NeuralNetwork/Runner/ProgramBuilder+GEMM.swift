/// Products, and the layers fused into them.
extension ProgramBuilder {
  /// Operations fused into a product: a scale and a shift per channel, optionally followed by ReLU.
  struct Tail {
    var scale: [Float]
    var shift: [Float]
    var appliesReLU = false
    /// The value written by the last of them.
    var output: ValueID
  }

  /// The only layer that reads a value, provided that the value is not a result.
  func onlyReader(of value: ValueID) -> Int? {
    guard value != graph.output, !graph.otherHeads.values.contains(value), let indices = readers[value],
      indices.count == 1
    else { return nil }
    return indices[0]
  }

  mutating func absorbReLU(after value: ValueID) -> (applies: Bool, output: ValueID) {
    guard let index = onlyReader(of: value), case .relu = graph.layers[index].computes else {
      return (false, value)
    }
    absorbed.insert(index)
    return (true, graph.layers[index].output)
  }

  mutating func absorbTail(after value: ValueID, bias: [Float]) -> Tail {
    var tail = Tail(scale: [Float](repeating: 1, count: bias.count), shift: bias, output: value)
    while let index = onlyReader(of: tail.output),
      case .affine(let scale, let shift) = graph.layers[index].computes
    {
      for channel in bias.indices {
        tail.scale[channel] *= scale[channel]
        tail.shift[channel] = tail.shift[channel] * scale[channel] + shift[channel]
      }
      absorbed.insert(index)
      tail.output = graph.layers[index].output
    }
    (tail.appliesReLU, tail.output) = absorbReLU(after: tail.output)
    return tail
  }

  mutating func addConvolution(
    _ index: Int, window: Window, groups: Int, weights: ONNXTensor, bias: ONNXTensor?
  ) {
    let layer = graph.layers[index]
    guard case .image(let channels, let height, let width) = graph.shapes[layer.inputs[0]] else { return }
    let outputs = graph.shapes[layer.output].channels
    let tail = absorbTail(after: layer.output, bias: bias?.floats() ?? [Float](repeating: 0, count: outputs))
    let columns = PatchColumns(
      window: window, height: height, width: width, channels: channels, groupChannels: channels / groups)
    let scaled = Self.scaled(weights.floats(), by: tail.scale)
    let epilogue = Epilogue(bias: AlignedFloats(tail.shift), appliesReLU: tail.appliesReLU)
    switch plan.kernels[layer.name] ?? .columns {
    case .columns:
      let kernel = ConvolutionKernel(
        weights: scaled, columns: columns, groups: groups, outputs: outputs, epilogue: epilogue,
        gemm: gemm)
      append(layer, kernel, writing: tail.output)
    case .winograd(let tile):
      let kernel = WinogradKernel(
        weights: scaled, columns: columns, groups: groups, outputs: outputs, epilogue: epilogue, tile: tile,
        patches: plan.chunk, library: gemm)
      append(layer, kernel, writing: tail.output, scope: .chunk)
    case .bfloat16:
      let kernel = BFloat16ConvolutionKernel(
        weights: scaled, columns: columns, groups: groups, outputs: outputs, epilogue: epilogue,
        gemm: bfloat16Library)
      append(layer, kernel, writing: tail.output)
    }
  }

  mutating func addProduct(_ index: Int, _ product: Operator.Product) {
    let layer = graph.layers[index]
    var bias = [Float](repeating: 0, count: product.outputs)
    if let stored = product.bias?.floats() {
      for output in bias.indices { bias[output] = product.beta * stored[stored.count == 1 ? 0 : output] }
    }
    var tail = absorbTail(after: layer.output, bias: bias)
    for output in tail.scale.indices { tail.scale[output] *= product.alpha }
    // The engine's own product gains nothing from a batch, so it runs while the patch is in the cache.
    let isBatched = product.outputs > DenseGEMMKernel.narrowOutputs
    let epilogue = Epilogue(bias: AlignedFloats(tail.shift), appliesReLU: tail.appliesReLU)
    if plan.kernels[layer.name] == .bfloat16 {
      let kernel = BFloat16DenseGEMMKernel(
        weights: Self.outputMajor(product, scaledBy: tail.scale, columns: product.outputs), rows: rows,
        inputs: product.inputs, outputs: product.outputs, epilogue: epilogue, gemm: bfloat16Library)
      append(layer, kernel, writing: tail.output, scope: .batch)
      return
    }
    let columns = DenseGEMMKernel.columns(outputs: product.outputs)
    let kernel = DenseGEMMKernel(
      weights: Self.outputMajor(product, scaledBy: tail.scale, columns: columns), rows: isBatched ? rows : 1,
      inputs: product.inputs,
      outputs: product.outputs, epilogue: epilogue, gemm: gemm)
    append(layer, kernel, writing: tail.output, scope: isBatched ? .batch : .patch)
  }

  static func scaled(_ weights: [Float], by scale: [Float]) -> [Float] {
    guard scale.contains(where: { $0 != 1 }) else { return weights }
    var weights = weights
    let perOutput = weights.count / scale.count
    for index in weights.indices { weights[index] *= scale[index / perOutput] }
    return weights
  }

  private static func outputMajor(_ product: Operator.Product, scaledBy scale: [Float], columns: Int)
    -> AlignedFloats
  {
    let packed = AlignedFloats(count: product.inputs * columns)
    (packed.base + product.inputs * product.outputs)
      .update(repeating: 0, count: product.inputs * (columns - product.outputs))
    if product.isOutputMajor {
      product.weights.copyFloats(to: packed.base)
    } else {
      let stored = product.weights.floats()
      for input in 0..<product.inputs {
        for output in 0..<product.outputs {
          packed.base[output * product.inputs + input] = stored[input * product.outputs + output]
        }
      }
    }
    for output in 0..<product.outputs where scale[output] != 1 {
      let row = packed.base + output * product.inputs
      for input in 0..<product.inputs { row[input] *= scale[output] }
    }
    return packed
  }
}
