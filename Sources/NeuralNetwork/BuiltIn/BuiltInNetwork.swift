/// Networks that need no graph in the file: weights with torchvision's key names are enough. Widths and the number
/// of classes are those of the weights.
package enum BuiltInNetwork: String, CaseIterable {
  case alexnet, vgg16, resnet18, resnet34, resnet50

  /// The entry of `__metadata__` that names the network.
  package static let key = "architecture"

  /// - Throws: ``ModelError/Problem`` that names the tensor that is missing, unexpected or of another shape.
  static func model(_ file: SafetensorsFile) throws -> ONNXModel {
    let entries = MetadataEntries(properties: file.metadata)
    let expected = "one of " + allCases.map(\.rawValue).joined(separator: ", ")
    guard let network = BuiltInNetwork(rawValue: try entries.text(key, expected: expected)) else {
      throw entries.impossible(key, expected: expected)
    }
    var writer = NetworkWriter(network: network.rawValue, tensors: file.tensors)
    let output: String
    switch network {
    case .alexnet: output = try writer.alexNet()
    case .vgg16: output = try writer.vgg16()
    case .resnet18: output = try writer.residual(blocks: [2, 2, 2, 2], isBottleneck: false)
    case .resnet34: output = try writer.residual(blocks: [3, 4, 6, 3], isBottleneck: false)
    case .resnet50: output = try writer.residual(blocks: [3, 4, 6, 3], isBottleneck: true)
    }
    return ONNXModel(metadata: file.metadata, graph: try writer.graph(output: output))
  }
}

extension NetworkWriter {
  mutating func alexNet() throws -> String {
    var value = "input"
    // The index among torchvision's `features`, kernel, stride, padding, whether pooling follows.
    for (index, kernel, stride, padding, isPooled) in [
      (0, 11, 4, 2, true), (3, 5, 1, 2, true), (6, 3, 1, 1, false), (8, 3, 1, 1, false), (10, 3, 1, 1, true),
    ] {
      value = relu(
        try convolution("features.\(index)", value, kernel: kernel, stride: stride, padding: padding))
      if isPooled { value = maxPool(value, kernel: 3, stride: 2) }
    }
    value = node("Flatten", "flatten", [adaptivePool(value, size: 6)])
    value = relu(try dense("classifier.1", value))
    value = relu(try dense("classifier.4", value))
    return try dense("classifier.6", value)
  }

  mutating func vgg16() throws -> String {
    var value = "input"
    var index = 0
    for convolutions in [2, 2, 3, 3, 3] {
      for _ in 0..<convolutions {
        value = relu(try convolution("features.\(index)", value, kernel: 3, padding: 1))
        index += 2
      }
      value = maxPool(value, kernel: 2, stride: 2)
      index += 1
    }
    value = node("Flatten", "flatten", [adaptivePool(value, size: 7)])
    value = relu(try dense("classifier.0", value))
    value = relu(try dense("classifier.3", value))
    return try dense("classifier.6", value)
  }

  mutating func residual(blocks: [Int], isBottleneck: Bool) throws -> String {
    var value = try convolution("conv1", "input", kernel: 7, stride: 2, padding: 3, hasBias: false)
    value = maxPool(relu(try normalised("bn1", value)), kernel: 3, stride: 2, padding: 1)
    for (stage, count) in blocks.enumerated() {
      for block in 0..<count {
        let stride = stage > 0 && block == 0 ? 2 : 1
        value = try residualBlock("layer\(stage + 1).\(block)", value, stride: stride, isBottleneck: isBottleneck)
      }
    }
    value = node("GlobalAveragePool", "avgpool", [value])
    return try dense("fc", node("Flatten", "flatten", [value]))
  }

  private mutating func residualBlock(
    _ key: String, _ value: String, stride: Int, isBottleneck: Bool
  ) throws -> String {
    let kernels = isBottleneck ? [(1, 1), (3, stride), (1, 1)] : [(3, stride), (3, 1)]
    var part = value
    for (index, (kernel, step)) in kernels.enumerated() {
      part = try convolution(
        "\(key).conv\(index + 1)", part, kernel: kernel, stride: step, padding: kernel / 2, hasBias: false)
      part = try normalised("\(key).bn\(index + 1)", part)
      if index + 1 < kernels.count { part = relu(part) }
    }
    var shortcut = value
    if holds("\(key).downsample.0.weight") {
      shortcut = try convolution("\(key).downsample.0", value, kernel: 1, stride: stride, hasBias: false)
      shortcut = try normalised("\(key).downsample.1", shortcut)
    }
    return relu(node("Add", key, [part, shortcut]))
  }
}
