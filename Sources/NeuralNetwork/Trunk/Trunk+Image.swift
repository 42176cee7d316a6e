/// The trunk on a whole interferogram.
extension Trunk {
  /// The trunk on an image of the size for which kernels are chosen.
  func overUsualImage(in graph: Graph) -> Graph {
    guard case .image(_, let height, let width) = graph.inputShape else { return graph }
    return over(
      height: max(0, Self.usualSide - height) / stride.height * stride.height + height,
      width: max(0, Self.usualSide - width) / stride.width * stride.width + width, in: graph)
  }

  /// The trunk as a network on one patch, with its own copy of the weights.
  func alone(in graph: Graph) -> Graph {
    let layers = graph.layers.prefix(layerCount).map { layer in
      Layer(
        name: layer.name, operation: layer.operation, computes: layer.computes.detached(), inputs: layer.inputs,
        output: layer.output)
    }
    return Graph(layers: layers, shapes: graph.shapes, output: value)
  }

  /// The trunk as a network on an image whose sides exceed a patch's by multiples of ``stride``. Its result is
  /// ``value``.
  func over(height: Int, width: Int, in graph: Graph) -> Graph {
    guard case .image(_, let patchHeight, let patchWidth) = graph.inputShape else { return graph }
    var shapes = graph.shapes
    var strides: [ValueID: Window.Extent] = [Graph.input: .init(height: 1, width: 1)]
    func grow(_ value: ValueID, _ stride: Window.Extent) {
      guard case .image(let channels, let rows, let columns) = graph.shapes[value] else { return }
      strides[value] = stride
      shapes[value] = .image(
        channels: channels, height: rows + (height - patchHeight) / stride.height,
        width: columns + (width - patchWidth) / stride.width)
    }
    grow(Graph.input, .init(height: 1, width: 1))
    let layers = graph.layers.prefix(layerCount).map { layer in
      grow(layer.output, Self.stride(behind: layer, in: graph, strides) ?? stride)
      guard case .image(_, let rows, let columns) = shapes[layer.output] else { return layer }
      return Layer(
        name: layer.name, operation: layer.operation,
        computes: layer.computes.writing(.init(height: rows, width: columns)), inputs: layer.inputs,
        output: layer.output)
    }
    return Graph(layers: layers, shapes: shapes, output: value)
  }
}

extension Window {
  /// The window with another output size, and no padding.
  fileprivate func writing(_ output: Extent) -> Window {
    var window = self
    window.output = output
    window.after = Extent(height: 0, width: 0)
    return window
  }
}

extension Operator {
  /// The operator with its own copy of the constants.
  fileprivate func detached() -> Operator {
    guard case .convolution(let window, let groups, let weights, let bias) = self else { return self }
    return .convolution(window: window, groups: groups, weights: weights.detached(), bias: bias?.detached())
  }

  /// The operator on a larger image.
  fileprivate func writing(_ output: Window.Extent) -> Operator {
    switch self {
    case .convolution(let window, let groups, let weights, let bias):
      .convolution(window: window.writing(output), groups: groups, weights: weights, bias: bias)
    case .maxPool(let window): .maxPool(window.writing(output))
    case .averagePool(let window, let countsPadding):
      .averagePool(window.writing(output), countsPadding: countsPadding)
    default: self
    }
  }
}
