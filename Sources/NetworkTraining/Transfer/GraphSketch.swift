import NeuralNetwork

/// Draws a network layer by layer, with random weights, as an extension of one that is there or from nothing.
struct GraphSketch {
  private(set) var layers: [Layer]
  private(set) var shapes: [PatchShape]
  /// Names of the layers added.
  private(set) var drawn: Set<String> = []
  private var random: any RandomNumberGenerator

  /// - Parameters:
  ///   - graph: The layers that exist already, in order of execution.
  ///   - random: Source of the weights.
  init(extending graph: Graph, random: any RandomNumberGenerator) {
    (layers, shapes, self.random) = (graph.layers, graph.shapes, random)
  }

  init(channels: Int, size: Int, random: any RandomNumberGenerator) {
    (layers, shapes, self.random) = ([], [.image(channels: channels, height: size, width: size)], random)
  }

  private mutating func add(
    _ name: String, _ operation: String, _ computes: Operator, _ inputs: [ValueID], _ shape: PatchShape
  ) -> ValueID {
    precondition(!layers.contains { $0.name == name }, "layers have different names")
    shapes.append(shape)
    layers.append(
      Layer(name: name, operation: operation, computes: computes, inputs: inputs, output: shapes.count - 1))
    drawn.insert(name)
    return shapes.count - 1
  }

  /// Uniform numbers in ±bound.
  private mutating func numbers(_ count: Int, bound: Double) -> [Float] {
    (0..<count).map { _ in Float((Double(random.next() >> 11) * 0x1p-53 * 2 - 1) * bound) }
  }

  /// Weights with He's amplitude (He et al. 2015), which preserves the variance through a ReLU; no bias unless
  /// one is given. Before a normalisation they are uniform in ±1 / √inputs: there the magnitude only affects
  /// how far a training step rotates them.
  mutating func convolution(
    _ name: String, _ input: ValueID, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1, hasBias: Bool = true, isNormalised: Bool = false,
    fixed: (weights: [Float], bias: [Float])? = nil
  ) -> ValueID {
    guard case .image(let channels, let height, let width) = shapes[input] else {
      preconditionFailure("a convolution reads an image")
    }
    let depth = channels * kernel * kernel
    let bound = ((isNormalised ? 1 : 6) / Double(depth)).squareRoot()
    let weights = fixed?.weights ?? numbers(outputs * depth, bound: bound)
    let bias = fixed?.bias ?? (hasBias ? [Float](repeating: 0, count: outputs) : nil)
    let window = Self.window(
      kernel: kernel, stride: stride, padding: padding, dilation: dilation, height: height, width: width)
    return add(
      name, "Conv",
      .convolution(
        window: window, groups: 1,
        weights: ONNXTensor(
          name: "\(name).weight", dimensions: [outputs, channels, kernel, kernel], floats: weights),
        bias: bias.map { ONNXTensor(name: "\(name).bias", dimensions: [outputs], floats: $0) }), [input],
      .image(channels: outputs, height: window.output.height, width: window.output.width))
  }

  mutating func normalisation(_ name: String, _ input: ValueID) -> ValueID {
    let channels = shapes[input].channels
    return add(
      name, Graph.normalisation,
      .affine(scale: [Float](repeating: 1, count: channels), shift: [Float](repeating: 0, count: channels)),
      [input],
      shapes[input])
  }

  mutating func relu(_ input: ValueID) -> ValueID {
    add("relu \(shapes.count)", "Relu", .relu, [input], shapes[input])
  }

  mutating func maxPool(_ name: String, _ input: ValueID, kernel: Int, stride: Int, padding: Int = 0) -> ValueID {
    guard case .image(let channels, let height, let width) = shapes[input] else {
      preconditionFailure("pooling reads an image")
    }
    let window = Self.window(kernel: kernel, stride: stride, padding: padding, height: height, width: width)
    return add(
      name, "MaxPool", .maxPool(window), [input],
      .image(channels: channels, height: window.output.height, width: window.output.width))
  }

  mutating func globalPool(_ name: String, _ input: ValueID, isMean: Bool) -> ValueID {
    add(
      name, isMean ? "GlobalAveragePool" : "GlobalMaxPool", isMean ? .globalAveragePool : .globalMaxPool, [input],
      .image(channels: shapes[input].channels, height: 1, width: 1))
  }

  mutating func flatten(_ name: String, _ input: ValueID) -> ValueID {
    add(name, "Flatten", .reshape, [input], .vector(shapes[input].count))
  }

  /// Weights and bias uniform in ±1 / √inputs.
  mutating func dense(_ name: String, _ input: ValueID, outputs: Int, isBeforeReLU: Bool = false) -> ValueID {
    let inputs = shapes[input].count
    let bound = (isBeforeReLU ? 6 : 1) / Double(inputs)
    let weights = numbers(inputs * outputs, bound: bound.squareRoot())
    let bias = numbers(outputs, bound: (1 / Double(inputs)).squareRoot())
    let product = Operator.Product(
      weights: ONNXTensor(name: "\(name).weight", dimensions: [outputs, inputs], floats: weights),
      isOutputMajor: true, bias: ONNXTensor(name: "\(name).bias", dimensions: [outputs], floats: bias),
      inputs: inputs, outputs: outputs)
    return add(name, "Gemm", .product(product), [input], .vector(outputs))
  }

  mutating func sum(_ name: String, _ first: ValueID, _ second: ValueID) -> ValueID {
    add(name, "Add", .add, [first, second], shapes[first])
  }

  mutating func softmax(_ name: String, _ input: ValueID) -> ValueID {
    add(name, "Softmax", .softmax, [input], shapes[input])
  }

  func graph(output: ValueID, otherHeads: [String: ValueID] = [:]) -> Graph {
    let whole = Graph(layers: layers, shapes: shapes, output: output, otherHeads: otherHeads)
    return whole.reduced(toHeads: Array(otherHeads.keys))
  }

  private static func window(
    kernel: Int, stride: Int, padding: Int, dilation: Int = 1, height: Int, width: Int
  ) -> Window {
    func positions(_ size: Int) -> Int { (size + 2 * padding - (kernel - 1) * dilation - 1) / stride + 1 }
    return Window(
      kernel: .init(height: kernel, width: kernel), stride: .init(height: stride, width: stride),
      dilation: .init(height: dilation, width: dilation), before: .init(height: padding, width: padding),
      after: .init(height: padding, width: padding),
      output: .init(height: positions(height), width: positions(width)))
  }
}
