/// Chooses a kernel for each layer and packs its weights. Layers that only scale, shift or clip what a
/// product wrote become part of that product.
struct PlanBuilder {
  private let graph: Graph
  private let rows: Int
  private var plan: Plan
  /// The plan's value for a graph's value.
  private var values: [ValueID: ValueID] = [:]
  private var absorbed: Set<Int> = []
  private let readers: [ValueID: [Int]]

  /// The plan for batches of a fixed capacity of `rows` patches. Where the graph ends in logits, it can add
  /// the softmax (for one output the logistic function) that the graph leaves out.
  static func build(_ graph: Graph, input: InputForm, rows: Int, turnsLogitsIntoProbabilities: Bool) -> Plan {
    var builder = PlanBuilder(graph, input: input, rows: rows)
    builder.addInput(input)
    for index in graph.layers.indices where !builder.absorbed.contains(index) { builder.add(index) }
    return builder.finish(turnsLogitsIntoProbabilities: turnsLogitsIntoProbabilities)
  }

  private init(_ graph: Graph, input: InputForm, rows: Int) {
    self.graph = graph
    self.rows = rows
    var readers: [ValueID: [Int]] = [:]
    for (index, layer) in graph.layers.enumerated() {
      for value in layer.inputs { readers[value, default: []].append(index) }
    }
    self.readers = readers
    switch input {
    case .tensor: plan = Plan(inputSize: graph.inputShape.count)
    case .gray: plan = Plan(inputSize: graph.inputShape.count / graph.inputShape.channels)
    }
  }

  private mutating func addInput(_ input: InputForm) {
    let shape = graph.inputShape
    let pixels = shape.count / shape.channels
    switch input {
    case .tensor:
      let kernel = LayoutKernel(from: nil, to: (pixels, shape.channels), count: shape.count)
      values[Graph.input] = plan.append("input", kernel, inputs: [Plan.input], size: shape.count)
    case .gray(let mean, let scale):
      if let index = firstConvolution, shape.channels > 1 {
        addFoldedConvolution(index, mean: mean, scale: scale)
        return
      }
      let kernel = GrayKernel(pixels: pixels, mean: mean, scale: scale)
      values[Graph.input] = plan.append("gray", kernel, inputs: [Plan.input], size: shape.count)
    }
  }

  private mutating func finish(turnsLogitsIntoProbabilities: Bool) -> Plan {
    let output = values[graph.output] ?? Plan.input
    let count = graph.outputShape.count
    let last: any Kernel
    if !turnsLogitsIntoProbabilities {
      last = LayoutKernel(from: nil, to: nil, count: count)
    } else if count == 1 {
      last = SigmoidKernel(count: 1)
    } else {
      last = SoftmaxKernel(count: count)
    }
    _ = plan.append("output", last, inputs: [output], size: count)
    return plan
  }

  private mutating func add(_ index: Int) {
    let layer = graph.layers[index]
    let shape = graph.shapes[layer.output]
    let inputShape = graph.shapes[layer.inputs[0]]
    let pixels = inputShape.count / inputShape.channels
    switch layer.computes {
    case .convolution(let window, let groups, let weights, let bias):
      addConvolution(index, window: window, groups: groups, weights: weights, bias: bias)
    case .product(let product): addProduct(index, product)
    case .affine(let scale, let shift):
      let (relu, output) = absorbReLU(after: layer.output)
      let kernel = AffineKernel(pixels: pixels, scale: scale, shift: shift, appliesReLU: relu)
      append(layer, kernel, writing: output)
    case .add:
      let (relu, output) = absorbReLU(after: layer.output)
      append(layer, AdditionKernel(count: shape.count, appliesReLU: relu), writing: output)
    case .relu: append(layer, ReLUKernel(count: shape.count))
    case .sigmoid: append(layer, SigmoidKernel(count: shape.count))
    case .softmax: append(layer, SoftmaxKernel(count: shape.count))
    case .localResponseNormalisation(let parameters):
      let kernel = LocalResponseKernel(parameters: parameters, pixels: pixels, channels: shape.channels)
      append(layer, kernel)
    case .maxPool(let window):
      append(layer, MaxPoolKernel(area: area(window, over: inputShape)))
    case .averagePool(let window, let countsPadding):
      append(layer, AveragePoolKernel(area: area(window, over: inputShape), countsPadding: countsPadding))
    case .globalAveragePool:
      append(layer, GlobalAveragePoolKernel(pixels: pixels, channels: inputShape.channels))
    case .concatenation:
      let channels = layer.inputs.map { graph.shapes[$0].channels }
      append(layer, ConcatenationKernel(pixels: pixels, channels: channels))
    case .reshape:
      append(layer, LayoutKernel(from: mixed(inputShape), to: mixed(shape), count: shape.count))
    }
  }

  private func area(_ window: Window, over shape: PatchShape) -> WindowArea {
    guard case .image(let channels, let height, let width) = shape else {
      preconditionFailure("the graph gives windows to images only")
    }
    return WindowArea(window: window, height: height, width: width, channels: channels)
  }

  /// The layout of a shape whose order in memory is not ONNX's.
  private func mixed(_ shape: PatchShape) -> (pixels: Int, channels: Int)? {
    guard case .image(let channels, let height, let width) = shape, channels > 1, height * width > 1 else {
      return nil
    }
    return (height * width, channels)
  }

  private mutating func append(
    _ layer: Layer, _ kernel: any Kernel, writing output: ValueID? = nil, isBatched: Bool = false
  ) {
    let inputs = layer.inputs.map { values[$0] ?? Plan.input }
    values[output ?? layer.output] = plan.append(
      layer.name, kernel, inputs: inputs, size: graph.shapes[layer.output].count, isBatched: isBatched)
  }
}

// MARK: - Products and what follows them

extension PlanBuilder {
  /// What the layers after a product do to it: a scale and a shift per channel, then perhaps ReLU.
  private struct Tail {
    var scale: [Float]
    var shift: [Float]
    var appliesReLU = false
    /// The value that the last of them writes.
    var output: ValueID
  }

  /// The only layer that reads a value, where the value is not the result as well.
  private func onlyReader(of value: ValueID) -> Int? {
    guard value != graph.output, let indices = readers[value], indices.count == 1 else { return nil }
    return indices[0]
  }

  private mutating func absorbReLU(after value: ValueID) -> (applies: Bool, output: ValueID) {
    guard let index = onlyReader(of: value), case .relu = graph.layers[index].computes else {
      return (false, value)
    }
    absorbed.insert(index)
    return (true, graph.layers[index].output)
  }

  private mutating func absorbTail(after value: ValueID, bias: [Float]) -> Tail {
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

  private mutating func addConvolution(
    _ index: Int, window: Window, groups: Int, weights: ONNXTensor, bias: ONNXTensor?
  ) {
    let layer = graph.layers[index]
    guard case .image(let channels, let height, let width) = graph.shapes[layer.inputs[0]] else { return }
    let outputs = graph.shapes[layer.output].channels
    let tail = absorbTail(after: layer.output, bias: bias?.floats() ?? [Float](repeating: 0, count: outputs))
    let columns = PatchColumns(
      window: window, height: height, width: width, channels: channels, groupChannels: channels / groups)
    let kernel = ConvolutionKernel(
      weights: Self.scaled(weights.floats(), by: tail.scale), columns: columns, groups: groups,
      outputs: outputs, epilogue: Epilogue(bias: AlignedFloats(tail.shift), appliesReLU: tail.appliesReLU))
    append(layer, kernel, writing: tail.output)
  }

  private mutating func addProduct(_ index: Int, _ product: Operator.Product) {
    let layer = graph.layers[index]
    var bias = [Float](repeating: 0, count: product.outputs)
    if let stored = product.bias?.floats() {
      for output in bias.indices { bias[output] = product.beta * stored[stored.count == 1 ? 0 : output] }
    }
    var tail = absorbTail(after: layer.output, bias: bias)
    for output in tail.scale.indices { tail.scale[output] *= product.alpha }
    let kernel = RowProductKernel(
      weights: Self.outputMajor(product, scaledBy: tail.scale), rows: rows, inputs: product.inputs,
      outputs: product.outputs,
      epilogue: Epilogue(bias: AlignedFloats(tail.shift), appliesReLU: tail.appliesReLU))
    append(layer, kernel, writing: tail.output, isBatched: true)
  }

  private static func scaled(_ weights: [Float], by scale: [Float]) -> [Float] {
    guard scale.contains(where: { $0 != 1 }) else { return weights }
    var weights = weights
    let perOutput = weights.count / scale.count
    for index in weights.indices { weights[index] *= scale[index / perOutput] }
    return weights
  }

  private static func outputMajor(_ product: Operator.Product, scaledBy scale: [Float]) -> AlignedFloats {
    let packed = AlignedFloats(count: product.inputs * product.outputs)
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

// MARK: - The first convolution of a gray image

extension PlanBuilder {
  /// The convolution that alone reads the input.
  private var firstConvolution: Int? {
    guard let index = onlyReader(of: Graph.input),
      case .convolution(_, groups: 1, _, _) = graph.layers[index].computes
    else { return nil }
    return index
  }

  /// All channels of the input are made from one gray value, so the convolution over them is one over the
  /// gray image with summed weights, and a bias at each pixel that takes in the means. The padding is 0
  /// after the preprocessing, so the means count only where the kernel lies on the image.
  private mutating func addFoldedConvolution(_ index: Int, mean: [Float], scale: [Float]) {
    let layer = graph.layers[index]
    guard case .convolution(let window, _, let stored, let bias) = layer.computes,
      case .image(_, let height, let width) = graph.inputShape
    else { return }
    let outputs = graph.shapes[layer.output].channels
    let tail = absorbTail(after: layer.output, bias: bias?.floats() ?? [Float](repeating: 0, count: outputs))
    let folded = FoldedWeights(
      Self.scaled(stored.floats(), by: tail.scale), outputs: outputs, mean: mean, scale: scale)
    let columns = PatchColumns(window: window, height: height, width: width, channels: 1, groupChannels: 1)
    let gray = plan.append(
      "gray", GrayKernel(pixels: height * width, mean: [FoldedWeights.center], scale: [1]),
      inputs: [Plan.input], size: height * width)
    let kernel = ConvolutionKernel(
      weights: folded.weights, columns: columns, groups: 1, outputs: outputs,
      epilogue: Epilogue(
        bias: AlignedFloats(folded.bias(tail.shift, columns: columns)), appliesReLU: tail.appliesReLU))
    values[tail.output] = plan.append(
      layer.name, kernel, inputs: [gray], size: graph.shapes[layer.output].count)
    absorbed.insert(index)
  }
}
