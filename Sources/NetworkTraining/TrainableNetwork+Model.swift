import NeuralNetwork

extension TrainableNetwork {
  /// The network with its current parameters.
  public func trainedModel() -> ModelFile {
    var layers = model.graph.layers
    for step in graph.steps {
      guard let index = step.layer else { continue }
      let layer = layers[index]
      layers[index] = Layer(
        name: layer.name, operation: layer.operation, computes: Self.computes(layer.computes, step.computes),
        inputs: layer.inputs, output: layer.output)
    }
    let old = model.graph
    return ModelFile(
      model, graph: Graph(layers: layers, shapes: old.shapes, output: old.output, otherHeads: old.otherHeads))
  }

  private static func computes(_ old: Operator, _ layer: any TrainedLayer) -> Operator {
    switch (old, layer) {
    case (.convolution(let window, let groups, let weights, _), let layer as ConvolutionLayer):
      return .convolution(
        window: window, groups: groups,
        weights: ONNXTensor(name: weights.name, dimensions: weights.dimensions, floats: layer.fileWeights),
        bias: layer.bias.map { tensor($0) })
    case (.product(let product), let layer as DenseLayer):
      return .product(
        Operator.Product(
          weights: ONNXTensor(
            name: product.weights.name, dimensions: [product.outputs, product.inputs],
            floats: Array(layer.weights.values)),
          isOutputMajor: true, bias: layer.bias.map { tensor($0) }, inputs: product.inputs,
          outputs: product.outputs))
    case (.affine, let layer as AffineLayer):
      return .affine(scale: Array(layer.scale.values), shift: Array(layer.shift.values))
    case (.affine, let layer as NormalisationLayer): return layer.folded
    default: return old
    }
  }

  private static func tensor(_ parameter: Parameter) -> ONNXTensor {
    ONNXTensor(
      name: parameter.name, dimensions: [parameter.values.count], floats: Array(parameter.values))
  }

  /// Marks the parameters as those of an interrupted training that continues.
  public func resume() {
    for step in graph.steps { (step.computes as? NormalisationLayer)?.resume() }
  }
}

extension NormalisationLayer {
  /// Folds the running statistics into scale and shift, in double precision.
  var folded: Operator {
    var (scales, shifts): ([Float], [Float]) = ([], [])
    for channel in scale.values.indices {
      let factor =
        Double(scale.values[channel]) / (Double(variance.values[channel]) + Double(Self.epsilon)).squareRoot()
      scales.append(Float(factor))
      shifts.append(Float(Double(shift.values[channel]) - Double(mean.values[channel]) * factor))
    }
    return .affine(scale: scales, shift: shifts)
  }
}
