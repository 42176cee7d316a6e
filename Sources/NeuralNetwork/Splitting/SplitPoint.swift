import Names

/// A split point of a network: the layers after it depend on a patch only through one layer's activations, so
/// they can be run on these alone. Layers after it that tell where a source is, or make the embedding, are among
/// them: there is no split point after a layer that these outputs branch off before.
public struct SplitPoint: Hashable, Sendable {
  /// The layer whose output is passed on; operations fused into a product, such as ReLU, belong to it.
  public let layer: String
  /// Number of activations per patch.
  public let count: Int
  /// Channels × height × width, or a single length.
  public let shape: [Int]
  /// SHA-256, hexadecimal, of everything besides pixels and rounding that the activations depend on: the layers
  /// up to here with their weights, and the preprocessing. Models with equal fingerprints share these layers.
  public let fingerprint: String
  /// Number of the graph's layers before the split point.
  let layerCount: Int
  let value: ValueID
  /// Names accepted for this split point: the layer's, and those of the products that it completes.
  let names: [String]
}

extension ModelFile {
  /// All split points on the path to the classes, the first one first; none for a network with a location head,
  /// which cannot be computed from stored activations.
  public var splitPoints: [SplitPoint] { tellsLocation ? [] : sweptGraph.splitPoints(metadata) }

  /// The split point after a layer.
  ///
  /// - Parameter layer: its name, or that of a preceding product followed only by a scale, a shift or a ReLU.
  /// - Returns: the split point.
  /// - Throws: ``ModelError`` that names the possible layers.
  public func splitPoint(after layer: String) throws -> SplitPoint {
    let splitPoints = splitPoints
    if let splitPoint = splitPoints.first(where: { $0.names.contains(layer) }) { return splitPoint }
    let known = splitPoints.map(\.layer).joined(separator: ", ")
    let question = NearNames.question(layer, among: splitPoints.map(\.layer))
    throw ModelError(
      file: file,
      problem: .invalidGraph(
        reason: "activations cannot be stored at the layer '\(layer)'"
          + "; the possible layers are \(known)\(question)"))
  }

  /// The split point after a layer, required to be after the trunk that overlapping patches share: before that,
  /// patches have no activations of their own.
  ///
  /// - Parameters:
  ///   - layer: its name.
  ///   - patchStride: distance of neighbouring patches, pixels.
  /// - Returns: the split point.
  /// - Throws: ``ModelError`` that names the possible layers.
  public func splitPoint(after layer: String, patchStride: Int) throws -> SplitPoint {
    let splitPoint = try splitPoint(after: layer)
    let graph = sweptGraph
    if let trunk = Trunk.find(in: graph, patchStride: patchStride), trunk.layerCount > splitPoint.layerCount {
      let later = splitPoints.filter { $0.layerCount >= trunk.layerCount }.map(\.layer).joined(separator: ", ")
      throw ModelError(
        file: file,
        problem: .invalidGraph(
          reason: "overlapping patches share the layer '\(layer)', so it has no activations of single patches; "
            + "the possible layers are \(later)"))
    }
    return splitPoint
  }

  /// The last split point shared with another model, up to which both compute the same; `nil` if they share
  /// none.
  public func lastSharedSplitPoint(with other: ModelFile) -> SplitPoint? {
    let theirs = Set(other.splitPoints.map(\.fingerprint))
    return splitPoints.last { theirs.contains($0.fingerprint) }
  }
}

extension Graph {
  /// Split points of a graph, all of whose heads depend on a patch through them.
  func splitPoints(_ metadata: ModelMetadata) -> [SplitPoint] {
    var lastReaders = [output: layers.count]
    for head in otherHeads.values { lastReaders[head] = layers.count }
    for (index, layer) in layers.enumerated() {
      for value in layer.inputs { lastReaders[value] = max(lastReaders[value] ?? 0, index) }
    }
    var crossing: Set<ValueID> = [Self.input]
    var names: [String] = []
    var digest = GraphDigest(metadata, inputShape: inputShape)
    var splitPoints: [SplitPoint] = []
    for (index, layer) in layers.dropLast().enumerated() {
      digest.add(layer, writing: shapes[layer.output])
      crossing.insert(layer.output)
      for value in layer.inputs where lastReaders[value] == index { crossing.remove(value) }
      names.append(layer.name)
      let next = layers[index + 1]
      // Operations fused into the preceding layer cannot be separated from it.
      let isAbsorbed =
        next.inputs == [layer.output] && next.computes.joinsItsInput
        || index > 0 && endOfRamps(from: index - 1)?.relu == index
      if !isAbsorbed {
        if crossing == [layer.output], layer.output != output {
          splitPoints.append(
            SplitPoint(
              layer: layer.name, count: shapes[layer.output].count, shape: shapes[layer.output].dimensions,
              fingerprint: digest.text, layerCount: index + 1, value: layer.output, names: names))
        }
        names = []
      }
    }
    return splitPoints
  }

  /// The layers after a split point, as a network whose input is the activations.
  func head(after splitPoint: SplitPoint) -> Graph {
    var shapes = shapes
    shapes[Self.input] = shapes[splitPoint.value]
    let layers = layers[splitPoint.layerCount...].map { layer in
      Layer(
        name: layer.name, operation: layer.operation, computes: layer.computes,
        inputs: layer.inputs.map { $0 == splitPoint.value ? Self.input : $0 }, output: layer.output)
    }
    return Graph(
      layers: layers, shapes: shapes, output: output,
      otherHeads: otherHeads.mapValues { $0 == splitPoint.value ? Self.input : $0 })
  }
}

extension Operator {
  /// Whether it can be fused into the preceding product.
  var joinsItsInput: Bool {
    switch self {
    case .relu, .affine: true
    default: false
    }
  }
}
