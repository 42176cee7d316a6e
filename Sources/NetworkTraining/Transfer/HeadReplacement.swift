import NeuralNetwork

/// Networks with other last layers.
extension ModelFile {
  /// Key of the layers that training leaves as they are, with commas between them.
  static let fixedLayersKey = "fixed_layers"

  var fixedLayers: Set<String> {
    let names = properties[MetadataEntries.prefix + Self.fixedLayersKey] ?? ""
    return Set(names.split(separator: ",").map { String(trimmingSpaces: $0) })
  }

  /// Names of trainable layers, in order.
  public var learningLayers: [String] {
    let (fixed, layersWithoutLabels) = (fixedLayers, layersWithoutLabels)
    return graph.layers.filter { layer in
      guard !fixed.contains(layer.name) else { return false }
      guard !layersWithoutLabels.contains(layer.name) else { return false }
      switch layer.computes {
      case .convolution, .product: return layer.isLearnt(.weights)
      case .affine: return layer.isLearnt(.shift)
      default: return false
      }
    }.map(\.name)
  }

  /// Names of trainable layers that replaced others, or were created, and are untrained.
  public var unlearntLayers: [String] { learningLayers.filter(newLayers.contains) }

  /// The network with new last layers: one fully connected layer for each of those that produced the classes,
  /// alone or as a sum.
  ///
  /// - Parameters:
  ///   - description: Metadata of the new model, with its classes.
  ///   - tellsLocation: Whether to add a second head, ``locationHead``, to the last layer that is an image: a 1
  ///     × 1 convolution to at most 32 channels, a fully connected layer of 64 and one of 4. An existing
  ///     location head is kept, as are the outputs of ``ModelFile/unlabelledOutputs``.
  ///   - random: Source of the new weights.
  /// - Returns: the new network.
  /// - Throws: ``TrainingSetupError/unsuitableNetwork(reason:)`` if the network does not end in such layers.
  public func replacingLastLayers(
    _ description: ModelDescription, tellsLocation: Bool, random: any RandomNumberGenerator
  ) throws -> ModelFile {
    var logits = graph.output
    if let last = graph.layers.first(where: { $0.output == logits }), last.endsInProbabilities {
      logits = last.inputs[0]
    }
    let features = try featuresOfClasses(logits)
    var sketch = GraphSketch(extending: graph, random: random)
    var used = Set(graph.layers.map(\.name))
    func unused(_ name: String) -> String {
      var unused = name
      while !used.insert(unused).inserted { unused += "'" }
      return unused
    }
    var scores = features.map { sketch.dense(unused("classes"), $0, outputs: description.classNames.count) }
    while scores.count > 1 {
      let last = scores.removeLast()
      scores[scores.count - 1] = sketch.sum(unused("classes.sum"), scores[scores.count - 1], last)
    }
    let output = sketch.softmax(unused("probabilities"), scores[0])
    var heads = graph.otherHeads.filter {
      $0.key == Self.locationHead && tellsLocation || Self.unlabelledOutputs.contains($0.key)
    }
    if tellsLocation, heads[Self.locationHead] == nil {
      heads[Self.locationHead] = Self.drawLocation(on: &sketch, try lastImage(before: logits), unused)
    }
    var properties = description.properties(over: self.properties)
    properties["volcsweep.output"] = "probabilities"
    properties["volcsweep.class_output"] = "probabilities"
    properties[MetadataEntries.prefix + BuiltInNetwork.key] = nil
    return try ModelFile(
      sketch.graph(output: output, otherHeads: heads), properties: properties, classOutput: "probabilities",
      newLayers: sketch.drawn.union(newLayers))
  }

  private static func drawLocation(
    on sketch: inout GraphSketch, _ image: ValueID, _ unused: (String) -> String
  ) -> ValueID {
    let channels = min(32, sketch.shapes[image].channels)
    let reduced = sketch.relu(
      sketch.convolution(unused("location.image"), image, outputs: channels, kernel: 1))
    let flat = sketch.flatten(unused("location.flat"), reduced)
    let hidden = sketch.relu(sketch.dense(unused("location.hidden"), flat, outputs: 64, isBeforeReLU: true))
    return sketch.dense(unused("location.box"), hidden, outputs: 4)
  }

  /// Inputs of the last fully connected layers.
  private func featuresOfClasses(_ logits: ValueID) throws -> [ValueID] {
    guard let layer = graph.layers.first(where: { $0.output == logits }) else {
      throw TrainingSetupError.unsuitableNetwork(reason: "its classes are its input")
    }
    switch layer.computes {
    case .product: return [layer.inputs[0]]
    case .affine: return try featuresOfClasses(layer.inputs[0])
    case .add: return try layer.inputs.flatMap { try featuresOfClasses($0) }
    default:
      throw TrainingSetupError.unsuitableNetwork(
        reason:
          "its classes come from node '\(layer.name)' (\(layer.operation)), and not from a fully connected layer")
    }
  }

  private func lastImage(before logits: ValueID) throws -> ValueID {
    var needed: Set<ValueID> = [logits]
    for layer in graph.layers.reversed() where needed.contains(layer.output) {
      if case .image(_, let height, let width) = graph.shapes[layer.output], height * width > 1 {
        return layer.output
      }
      needed.formUnion(layer.inputs)
    }
    throw TrainingSetupError.unsuitableNetwork(
      reason: "none of its layers is an image, so it cannot predict a location")
  }
}

extension ModelFile {
  /// The bytes of an ONNX file that computes the same, and says of itself what is given, or what it said before.
  public func onnx(_ description: ModelDescription? = nil) -> [UInt8] {
    GraphWriting.bytes(
      graph, metadata: description?.properties(over: properties) ?? properties, classOutput: metadata.classOutput)
  }
}
