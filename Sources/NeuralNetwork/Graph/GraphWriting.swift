/// A graph as an ONNX file that computes the same.
package struct GraphWriting {
  private let graph: Graph
  private let classOutput: String
  private var names: [ValueID: String] = [:]

  /// Encodes the file.
  ///
  /// - Parameters:
  ///   - graph: The network.
  ///   - metadata: all `metadata_props`.
  ///   - classOutput: Name of the output with the classes.
  /// - Returns: the file's bytes.
  package static func bytes(_ graph: Graph, metadata: [String: String], classOutput: String) -> [UInt8] {
    let writing = GraphWriting(graph, classOutput: classOutput)
    let hasDilatedMeans = graph.layers.contains {
      if case .averagePool(let window, _) = $0.computes {
        window.dilation != .init(height: 1, width: 1)
      } else {
        false
      }
    }
    let usesOwn = graph.layers.contains {
      if case .adaptiveAveragePool = $0.computes { true } else { false }
    }
    return ONNXWriter.model(
      opset: hasDilatedMeans ? 19 : 17, domains: usesOwn ? [NodeReader.ownDomain] : [], metadata: metadata
    ) { file in
      for layer in graph.layers { writing.write(layer, to: &file) }
      // An output that is another one, or the image itself, has a second name.
      for (name, value) in graph.otherHeads.sorted(by: { $0.key < $1.key }) where writing.name(value) != name {
        file.node("Identity", name, [writing.name(value)])
      }
      file.value(11, "input", [nil] + graph.inputShape.dimensions)
      file.value(12, classOutput, [nil] + graph.outputShape.dimensions)
      for (name, value) in graph.otherHeads.sorted(by: { $0.key < $1.key }) {
        file.value(12, name, [nil] + graph.shapes[value].dimensions)
      }
    }
  }

  private init(_ graph: Graph, classOutput: String) {
    self.graph = graph
    self.classOutput = classOutput
    var taken: Set<String> = ["input", classOutput]
    taken.formUnion(graph.otherHeads.keys)
    names[Graph.input] = "input"
    var named: Set<ValueID> = []
    for layer in graph.layers {
      var name = layer.name
      while !taken.insert(name).inserted { name += "'" }
      names[layer.output] = name
    }
    names[graph.output] = classOutput
    for (name, value) in graph.otherHeads.sorted(by: { $0.key < $1.key })
    where value != Graph.input && value != graph.output && !named.contains(value) {
      names[value] = name
      named.insert(value)
    }
  }

  private func name(_ value: ValueID) -> String { names[value] ?? "value \(value)" }

  private func write(_ layer: Layer, to file: inout ONNXWriter) {
    let inputs = layer.inputs.map(name)
    let output = name(layer.output)
    func plain(_ operation: String, _ attributes: KeyValuePairs<String, ONNXWriter.Attribute> = [:]) {
      file.node(operation, layer.name, inputs, attributes, output: output)
    }
    switch layer.computes {
    case .convolution(let window, let groups, let weights, let bias):
      let constants = constants(layer, [("weight", weights.dimensions, weights.floats())], to: &file)
      let biases = bias.map { biasConstant($0, layer, to: &file) } ?? []
      file.node(
        "Conv", layer.name, inputs + constants + biases,
        [
          "kernel_shape": .integers([window.kernel.height, window.kernel.width]),
          "strides": .integers([window.stride.height, window.stride.width]), "pads": .integers(Self.pads(window)),
          "dilations": .integers([window.dilation.height, window.dilation.width]), "group": .integer(groups),
        ], output: output)
    case .product(let product):
      let constants = constants(
        layer, [("weight", product.weights.dimensions, product.weights.floats())], to: &file)
      let biases = product.bias.map { biasConstant($0, layer, to: &file) } ?? []
      file.node(
        "Gemm", layer.name, inputs + constants + biases,
        [
          "alpha": .float(product.alpha), "beta": .float(product.beta),
          "transB": .integer(product.isOutputMajor ? 1 : 0),
        ], output: output)
    case .affine(let scale, let shift): writeAffine(layer, scale, shift, inputs, output, to: &file)
    case .relu: plain("Relu")
    case .sigmoid: plain("Sigmoid")
    case .softmax: plain("Softmax", ["axis": .integer(1)])
    case .localResponseNormalisation(let response):
      plain(
        "LRN",
        [
          "size": .integer(response.size), "alpha": .float(response.alpha), "beta": .float(response.beta),
          "bias": .float(response.bias),
        ])
    case .maxPool(let window): writePool("MaxPool", layer, window, nil, inputs, output, to: &file)
    case .averagePool(let window, let countsPadding):
      writePool("AveragePool", layer, window, countsPadding, inputs, output, to: &file)
    case .globalAveragePool: writeReduction("GlobalAveragePool", layer, inputs, output, to: &file)
    case .globalMaxPool: writeReduction("GlobalMaxPool", layer, inputs, output, to: &file)
    case .adaptiveAveragePool:
      let sizes = Array(graph.shapes[layer.output].dimensions.dropFirst())
      file.node(
        "AdaptiveAveragePool", layer.name, inputs, ["output_size": .integers(sizes)], output: output,
        domain: NodeReader.ownDomain)
    case .clip(let lower, let upper):
      let bounds = constants(layer, [("lower", [], [lower]), ("upper", [], [upper])], to: &file)
      file.node("Clip", layer.name, inputs + bounds, output: output)
    case .add: plain("Add")
    case .concatenation: plain("Concat", ["axis": .integer(1)])
    case .reshape:
      if case .vector = graph.shapes[layer.output] { return plain("Flatten", ["axis": .integer(1)]) }
      file.integers("\(layer.name).shape", [0] + graph.shapes[layer.output].dimensions)
      file.node("Reshape", layer.name, inputs + ["\(layer.name).shape"], output: output)
    }
  }
}

/// Layers that take more than one node or constant.
extension GraphWriting {
  private func constants(
    _ layer: Layer, _ tensors: [(String, [Int], [Float])], to file: inout ONNXWriter
  ) -> [String] {
    tensors.map { suffix, dimensions, values in
      let name = "\(layer.name).\(suffix)"
      file.tensor(name, dimensions, values)
      return name
    }
  }

  private func biasConstant(_ bias: ONNXTensor, _ layer: Layer, to file: inout ONNXWriter) -> [String] {
    constants(layer, [("bias", bias.dimensions, bias.floats())], to: &file)
  }

  /// A normalisation is written as one, with neutral statistics; other scales and shifts as products and sums.
  private func writeAffine(
    _ layer: Layer, _ scale: [Float], _ shift: [Float], _ inputs: [String], _ output: String,
    to file: inout ONNXWriter
  ) {
    let count = scale.count
    if layer.operation == Graph.normalisation {
      let constants = constants(
        layer,
        [
          ("scale", [count], scale), ("shift", [count], shift),
          ("mean", [count], [Float](repeating: 0, count: count)),
          ("variance", [count], [Float](repeating: 1, count: count)),
        ], to: &file)
      return file.node(layer.operation, layer.name, inputs + constants, ["epsilon": .float(0)], output: output)
    }
    let dimensions = [count] + [Int](repeating: 1, count: graph.shapes[layer.output].dimensions.count - 1)
    let constants = constants(layer, [("scale", dimensions, scale), ("shift", dimensions, shift)], to: &file)
    let isScaled = scale.contains { $0 != 1 }
    guard isScaled else {
      return file.node("Add", layer.name, inputs + [constants[1]], output: output)
    }
    let isShifted = shift.contains { $0 != 0 }
    let product = isShifted ? "\(layer.name).product" : output
    file.node("Mul", isShifted ? product : layer.name, inputs + [constants[0]], output: product)
    if isShifted { file.node("Add", layer.name, [product, constants[1]], output: output) }
  }

  private func writePool(
    _ operation: String, _ layer: Layer, _ window: Window, _ countsPadding: Bool?, _ inputs: [String],
    _ output: String, to file: inout ONNXWriter
  ) {
    var attributes: [(String, ONNXWriter.Attribute)] = [
      ("kernel_shape", .integers([window.kernel.height, window.kernel.width])),
      ("strides", .integers([window.stride.height, window.stride.width])), ("pads", .integers(Self.pads(window))),
      ("ceil_mode", .integer(isCeiling(layer, window) ? 1 : 0)),
    ]
    if window.dilation != .init(height: 1, width: 1) {
      attributes.append(("dilations", .integers([window.dilation.height, window.dilation.width])))
    }
    if let countsPadding { attributes.append(("count_include_pad", .integer(countsPadding ? 1 : 0))) }
    file.node(operation, layer.name, inputs, attributes, output: output)
  }

  /// Whether the last window extends beyond the padded image.
  private func isCeiling(_ layer: Layer, _ window: Window) -> Bool {
    let sizes = graph.shapes[layer.inputs[0]].dimensions
    let rows = WindowAxis(
      input: sizes[1], kernel: window.kernel.height, stride: window.stride.height, dilation: window.dilation.height,
      before: window.before.height, after: window.after.height)
    let columns = WindowAxis(
      input: sizes[2], kernel: window.kernel.width, stride: window.stride.width, dilation: window.dilation.width,
      before: window.before.width, after: window.after.width)
    return rows.output(ceiling: false) != window.output.height
      || columns.output(ceiling: false) != window.output.width
  }

  private func writeReduction(
    _ global: String, _ layer: Layer, _ inputs: [String], _ output: String,
    to file: inout ONNXWriter
  ) {
    guard case .vector = graph.shapes[layer.output] else {
      return file.node(global, layer.name, inputs, output: output)
    }
    file.node(global, "\(layer.name).image", inputs)
    file.node("Flatten", layer.name, ["\(layer.name).image"], ["axis": .integer(1)], output: output)
  }

  private static func pads(_ window: Window) -> [Int] {
    [window.before.height, window.before.width, window.after.height, window.after.width]
  }
}
