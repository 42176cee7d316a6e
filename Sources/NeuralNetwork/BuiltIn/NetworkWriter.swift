/// Builds a network from nodes as an exporter would write them, using the tensors by name.
struct NetworkWriter {
  private(set) var nodes: [ONNXNode] = []
  private var used: [ONNXTensor] = []
  private var left: [String: ONNXTensor]
  private let network: String

  init(network: String, tensors: [String: ONNXTensor]) {
    self.network = network
    left = tensors
  }

  private mutating func take(_ name: String, dimensions: Int) throws -> String {
    guard let tensor = left.removeValue(forKey: name) else {
      throw SafetensorsFile.wrong("tensor '\(name)'", "\(network) needs it as floats, and the file has none")
    }
    guard tensor.dimensions.count == dimensions, tensor.dimensions.allSatisfy({ $0 > 0 }) else {
      throw SafetensorsFile.wrong(
        "tensor '\(name)'", "\(network) needs \(dimensions) dimensions, it has \(tensor.dimensions)")
    }
    used.append(tensor)
    return name
  }

  func holds(_ name: String) -> Bool { left[name] != nil }

  mutating func node(
    _ operation: String, _ name: String, _ inputs: [String], domain: String = "",
    _ attributes: KeyValuePairs<String, ONNXAttribute.Value> = [:]
  ) -> String {
    nodes.append(
      ONNXNode(
        operation, name, inputs, domain: domain,
        attributes: attributes.map { ONNXAttribute(name: $0.key, value: $0.value) }))
    return name
  }

  mutating func convolution(
    _ key: String, _ value: String, kernel: Int, stride: Int = 1, padding: Int = 0, hasBias: Bool = true
  ) throws -> String {
    var inputs = [value, try take("\(key).weight", dimensions: 4)]
    if hasBias { inputs.append(try take("\(key).bias", dimensions: 1)) }
    return node(
      "Conv", key, inputs,
      [
        "kernel_shape": .integers([kernel, kernel]), "strides": .integers([stride, stride]),
        "pads": .integers([Int](repeating: padding, count: 4)),
      ])
  }

  mutating func normalised(_ key: String, _ value: String) throws -> String {
    let parts = try ["weight", "bias", "running_mean", "running_var"].map {
      try take("\(key).\($0)", dimensions: 1)
    }
    left["\(key).num_batches_tracked"] = nil
    return node("BatchNormalization", key, [value] + parts, ["epsilon": .float(1e-5)])
  }

  mutating func dense(_ key: String, _ value: String) throws -> String {
    node(
      "Gemm", key, [value, try take("\(key).weight", dimensions: 2), try take("\(key).bias", dimensions: 1)],
      ["transB": .integer(1)])
  }

  mutating func relu(_ value: String) -> String { node("Relu", "\(value).relu", [value]) }

  mutating func maxPool(_ value: String, kernel: Int, stride: Int, padding: Int = 0) -> String {
    node(
      "MaxPool", "\(value).pool", [value],
      [
        "kernel_shape": .integers([kernel, kernel]), "strides": .integers([stride, stride]),
        "pads": .integers([Int](repeating: padding, count: 4)),
      ])
  }

  mutating func adaptivePool(_ value: String, size: Int) -> String {
    node(
      "AdaptiveAveragePool", "avgpool", [value], domain: NodeReader.ownDomain,
      ["output_size": .integers([size, size])])
  }

  /// An unused tensor means that the file holds another network.
  func graph(output: String) throws -> ONNXGraph {
    let strange = left.keys.filter { !$0.hasSuffix("num_batches_tracked") }.min()
    if let strange {
      throw SafetensorsFile.wrong("tensor '\(strange)'", "\(network) has no such tensor; is it another network's?")
    }
    return ONNXGraph(
      nodes: nodes, initializers: used, inputs: [ONNXValueInfo(name: "input")],
      outputs: [ONNXValueInfo(name: output)])
  }
}
