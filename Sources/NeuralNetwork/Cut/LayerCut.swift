import Names

/// A place at which a network can be cut in two: all that the layers behind it know of a patch passes through what one
/// layer writes, so that they can be run on that alone.
public struct LayerCut: Hashable, Sendable {
  /// The layer whose output is what passes; what is added to a product in the same step, as ReLU is, belongs to it.
  public let layer: String
  /// Numbers that pass, for each patch.
  public let count: Int
  /// Channels × height × width, or their one dimension.
  public let shape: [Int]
  /// SHA-256, hexadecimal, of all that these numbers depend on besides the pixels and the rounding: the layers up to
  /// here with their weights and what is done to gray before them. Models with an equal one share these layers.
  public let fingerprint: String
  /// How many of the graph's layers lie in front.
  let layerCount: Int
  let value: ValueID
  /// The names that mean this cut: the layer's, and those of the products that it ends.
  let names: [String]
}

extension ModelFile {
  /// Every place at which the way to the classes can be cut, the foremost first; none where another head says where it
  /// deforms, which a head on stored activations could not.
  public var cuts: [LayerCut] { tellsLocation ? [] : graph.reduced(toHeads: []).cuts(metadata) }

  /// The cut behind a layer.
  ///
  /// - Parameter layer: its name, or that of a product in front of it to which only a scale, a shift or a ReLU is added.
  /// - Returns: the cut.
  /// - Throws: ``ModelError`` naming the layers that can be meant.
  public func cut(behind layer: String) throws -> LayerCut {
    let cuts = cuts
    if let cut = cuts.first(where: { $0.names.contains(layer) }) { return cut }
    let known = cuts.map(\.layer).joined(separator: ", ")
    let question = NearNames.question(layer, among: cuts.map(\.layer))
    throw ModelError(
      file: file,
      problem: .invalidGraph(
        reason: "activations cannot be stored at the layer '\(layer)'"
          + (question.isEmpty ? "; the possible layers are \(known)" : question)))
  }

  /// The same, where it lies behind what overlapping patches share: in front of that no patch has numbers of its own.
  ///
  /// - Parameters:
  ///   - layer: its name.
  ///   - patchStride: pixels from one patch to the next.
  /// - Returns: the cut.
  /// - Throws: ``ModelError`` naming the layers that can be meant.
  public func cut(behind layer: String, patchStride: Int) throws -> LayerCut {
    let cut = try cut(behind: layer)
    let graph = graph.reduced(toHeads: [])
    if let trunk = Trunk.find(in: graph, patchStride: patchStride), trunk.layerCount > cut.layerCount {
      let later = cuts.filter { $0.layerCount >= trunk.layerCount }.map(\.layer).joined(separator: ", ")
      throw ModelError(
        file: file,
        problem: .invalidGraph(
          reason: "overlapping patches share the layer '\(layer)', so it has no activations of single patches; "
            + "the possible layers are \(later)"))
    }
    return cut
  }

  /// The last cut that another model shares, so that what one computes up to there is what the other computes; `nil` where
  /// they share none.
  public func lastSharedCut(with other: ModelFile) -> LayerCut? {
    let theirs = Set(other.cuts.map(\.fingerprint))
    return cuts.last { theirs.contains($0.fingerprint) }
  }
}

extension Graph {
  /// Cuts of a graph that leads to the classes alone.
  func cuts(_ metadata: ModelMetadata) -> [LayerCut] {
    var lastReaders = [output: layers.count]
    for (index, layer) in layers.enumerated() {
      for value in layer.inputs { lastReaders[value] = max(lastReaders[value] ?? 0, index) }
    }
    var crossing: Set<ValueID> = [Self.input]
    var names: [String] = []
    var digest = GraphDigest(metadata, inputShape: inputShape)
    var cuts: [LayerCut] = []
    for (index, layer) in layers.dropLast().enumerated() {
      digest.add(layer, writing: shapes[layer.output])
      crossing.insert(layer.output)
      for value in layer.inputs where lastReaders[value] == index { crossing.remove(value) }
      names.append(layer.name)
      let next = layers[index + 1]
      // What becomes part of the step before it cannot be cut off.
      let isAbsorbed =
        next.inputs == [layer.output] && next.computes.joinsItsInput
        || index > 0 && endOfRamps(from: index - 1)?.relu == index
      if !isAbsorbed {
        if crossing == [layer.output], layer.output != output {
          cuts.append(
            LayerCut(
              layer: layer.name, count: shapes[layer.output].count, shape: shapes[layer.output].dimensions,
              fingerprint: digest.text, layerCount: index + 1, value: layer.output, names: names))
        }
        names = []
      }
    }
    return cuts
  }

  /// The layers behind a cut, as a network whose input is what passes it.
  func head(behind cut: LayerCut) -> Graph {
    var shapes = shapes
    shapes[Self.input] = shapes[cut.value]
    let layers = layers[cut.layerCount...].map { layer in
      Layer(
        name: layer.name, operation: layer.operation, computes: layer.computes,
        inputs: layer.inputs.map { $0 == cut.value ? Self.input : $0 }, output: layer.output)
    }
    return Graph(layers: layers, shapes: shapes, output: output)
  }
}

extension Operator {
  /// Whether it may become part of the product in front of it.
  var joinsItsInput: Bool {
    switch self {
    case .relu, .affine: true
    default: false
    }
  }
}
