import NeuralNetwork

/// A network's layers as they are trained: in order, with the values between them, ReLUs taken into the layers
/// before them, and the last softmax or logistic function left to the loss.
struct TrainingGraph {
  struct Step {
    /// The graph's layer; `nil` for one that exists only in training.
    let layer: Int?
    let computes: any TrainedLayer
    let inputs: [Int]
    let output: Int
  }

  private(set) var steps: [Step] = []
  /// Floats per patch, by value; 0 is the gray image.
  private(set) var sizes: [Int]
  /// The value of each head, the classes' under the empty name.
  private(set) var heads: [String: Int] = [:]

  private let graph: Graph
  private let options: TrainingOptions
  private let newLayers: Set<String>
  private let fixedLayers: Set<String>
  /// Nothing tells what these should learn.
  private let layersWithoutLabels: Set<String>
  private let sums = PartialSums()
  private var values: [ValueID: Int] = [:]
  private var absorbed: Set<Int> = []
  private let readers: [ValueID: [Int]]

  init(_ model: ModelFile, options: TrainingOptions) {
    graph = model.graph
    self.options = options
    newLayers = model.newLayers
    fixedLayers = model.fixedLayers
    layersWithoutLabels = model.layersWithoutLabels
    var readers: [ValueID: [Int]] = [:]
    for (index, layer) in graph.layers.enumerated() {
      for value in layer.inputs { readers[value, default: []].append(index) }
    }
    self.readers = readers
    let shape = graph.inputShape
    let pixels = shape.count / shape.channels
    sizes = [pixels]
    let gray = PatchwiseKernels.gray(pixels: pixels, mean: model.metadata.mean, scale: model.metadata.scale)
    // Nothing asks for a gradient by the gray image.
    let input = PatchwiseLayer(
      gray, AdditionDerivative(count: 0, appliesReLU: false), inputCounts: [pixels], outputCount: shape.count)
    values[Graph.input] = append(input, layer: nil, inputs: [0], size: shape.count)
    for index in graph.layers.indices where !absorbed.contains(index) { add(index) }
    heads[""] = values[graph.output]
    for (name, value) in graph.otherHeads { heads[name] = values[value] }
  }

  private mutating func append(_ computes: any TrainedLayer, layer: Int?, inputs: [Int], size: Int) -> Int {
    sizes.append(size)
    steps.append(Step(layer: layer, computes: computes, inputs: inputs, output: sizes.count - 1))
    return sizes.count - 1
  }

  /// Whether a ReLU that is the only reader of a value can be fused into the layer that writes it.
  private mutating func absorbsReLU(after value: ValueID) -> (Bool, ValueID) {
    guard value != graph.output, !graph.otherHeads.values.contains(value), let indices = readers[value],
      indices.count == 1, case .relu = graph.layers[indices[0]].computes
    else { return (false, value) }
    absorbed.insert(indices[0])
    return (true, graph.layers[indices[0]].output)
  }

  private mutating func add(_ index: Int) {
    let layer = graph.layers[index]
    let shape = graph.shapes[layer.output]
    let inputShape = graph.shapes[layer.inputs[0]]
    let pixels = inputShape.count / inputShape.channels
    switch layer.computes {
    case .convolution(let window, let groups, let weights, let bias):
      let (relu, output) = absorbsReLU(after: layer.output)
      let area = WindowArea(window, over: inputShape)
      let columns = PatchColumns(
        window: window, height: area.height, width: area.width, channels: area.channels,
        groupChannels: area.channels / groups)
      append(
        ConvolutionLayer(
          name: layer.name, weights: weights.floats(), bias: bias?.floats(), columns: columns, groups: groups,
          outputs: shape.channels, appliesReLU: relu, sums: sums), index, writing: output)
    case .product(let product):
      let (relu, output) = absorbsReLU(after: layer.output)
      addDropout(before: layer, index)
      append(DenseLayer(layer.name, product, appliesReLU: relu), index, writing: output)
    case .affine(let scale, let shift):
      let (relu, output) = absorbsReLU(after: layer.output)
      if layer.operation == Graph.normalisation, options.normalisation == .batch {
        append(
          NormalisationLayer(
            name: layer.name, scale: scale, shift: shift, isNew: newLayers.contains(layer.name), pixels: pixels,
            appliesReLU: relu, sums: sums), index, writing: output)
      } else {
        append(
          AffineLayer(
            name: layer.name, scale: scale, shift: shift, pixels: pixels, appliesReLU: relu, sums: sums), index,
          writing: output)
      }
    case .add:
      let (relu, output) = absorbsReLU(after: layer.output)
      let derivative = AdditionDerivative(count: shape.count, appliesReLU: relu)
      append(
        PatchwiseKernels.addition(count: shape.count, appliesReLU: relu), derivative, index, writing: output)
    case .softmax, .sigmoid:
      // The loss applies it to the logits.
      if layer.output == graph.output { return values[layer.output] = values[layer.inputs[0]] }
      addPatchwise(index)
    case .relu, .clip, .localResponseNormalisation, .maxPool, .averagePool, .globalAveragePool, .globalMaxPool,
      .adaptiveAveragePool, .concatenation, .reshape:
      addPatchwise(index)
    }
  }

  private mutating func addPatchwise(_ index: Int) {
    let layer = graph.layers[index]
    guard let kernel = PatchwiseKernels.kernel(of: layer, in: graph), let derivative = derivative(of: layer) else {
      preconditionFailure("layers with parameters are added elsewhere")
    }
    append(kernel, derivative, index)
  }

  /// Of a layer's kernel; `nil` for layers that have parameters or whose ReLU is their own.
  private func derivative(of layer: Layer) -> (any PatchDerivative)? {
    let shape = graph.shapes[layer.output]
    let inputShape = graph.shapes[layer.inputs[0]]
    let channels = inputShape.channels
    let pixels = inputShape.count / channels
    switch layer.computes {
    case .convolution, .product, .affine, .add: return nil
    case .relu: return ReLUDerivative(count: shape.count)
    case .sigmoid: return SigmoidDerivative(count: shape.count)
    case .softmax: return SoftmaxDerivative(count: shape.count)
    case .clip(let lower, let upper): return ClipDerivative(count: shape.count, lower: lower, upper: upper)
    case .localResponseNormalisation(let parameters):
      return LocalResponseDerivative(parameters: parameters, pixels: pixels, channels: channels)
    case .maxPool(let window): return MaxPoolDerivative(area: WindowArea(window, over: inputShape))
    case .averagePool(let window, let countsPadding):
      return AveragePoolDerivative(area: WindowArea(window, over: inputShape), countsPadding: countsPadding)
    case .globalAveragePool: return GlobalAveragePoolDerivative(pixels: pixels, channels: channels)
    case .globalMaxPool: return GlobalMaxPoolDerivative(pixels: pixels, channels: channels)
    case .adaptiveAveragePool: return AdaptiveAveragePoolDerivative(from: inputShape, to: shape)
    case .concatenation:
      return ConcatenationDerivative(pixels: pixels, channels: layer.inputs.map { graph.shapes[$0].channels })
    case .reshape: return LayoutDerivative(from: inputShape, to: shape)
    }
  }

  private mutating func append(_ computes: any TrainedLayer, _ index: Int, writing output: ValueID) {
    let layer = graph.layers[index]
    for parameter in computes.parameters {
      parameter.isTrained =
        parameter.role.isLearnt && layer.isLearnt(parameter.role) && !fixedLayers.contains(layer.name)
        && !layersWithoutLabels.contains(layer.name) && (options.trainedLayers?.contains(layer.name) ?? true)
      parameter.isNew = newLayers.contains(layer.name)
    }
    values[output] = append(
      computes, layer: index, inputs: layer.inputs.map { values[$0] ?? 0 }, size: graph.shapes[layer.output].count)
  }

  private mutating func append(
    _ kernel: any Kernel, _ derivative: any PatchDerivative, _ index: Int, writing output: ValueID? = nil
  ) {
    let layer = graph.layers[index]
    let computes = PatchwiseLayer(
      kernel, derivative, inputCounts: layer.inputs.map { graph.shapes[$0].count },
      outputCount: graph.shapes[layer.output].count)
    append(computes, index, writing: output ?? layer.output)
  }

  /// Layers that read the same value share its dropout.
  private mutating func addDropout(before layer: Layer, _ index: Int) {
    let input = layer.inputs[0]
    guard options.dropout > 0, !dropped.contains(input) else { return }
    let size = graph.shapes[input].count
    let dropout = DropoutLayer(count: size, fraction: options.dropout, layer: index)
    values[input] = append(dropout, layer: nil, inputs: [values[input] ?? 0], size: size)
    dropped.insert(input)
  }

  private var dropped: Set<ValueID> = []
}

extension Layer {
  /// Whether a constant of the layer may be trained: preprocessing (means, scales, choice of channels) is not.
  func isLearnt(_ role: Parameter.Role) -> Bool {
    switch operation {
    case "Conv", "Gemm", "MatMul", Graph.normalisation: true
    case "Add": role == .shift
    default: false
    }
  }
}

extension DenseLayer {
  /// Folds factors into weights and bias.
  convenience init(_ name: String, _ product: Operator.Product, appliesReLU: Bool) {
    let stored = product.weights.floats()
    var weights = stored
    if !product.isOutputMajor {
      for input in 0..<product.inputs {
        for output in 0..<product.outputs {
          weights[output * product.inputs + input] = stored[input * product.outputs + output]
        }
      }
    }
    if product.alpha != 1 { weights = weights.map { $0 * product.alpha } }
    let bias = product.bias.map { bias in
      let values = bias.floats()
      return (0..<product.outputs).map { product.beta * values[values.count == 1 ? 0 : $0] }
    }
    self.init(
      name: name, weights: weights, bias: bias, inputs: product.inputs, outputs: product.outputs,
      appliesReLU: appliesReLU)
  }
}
