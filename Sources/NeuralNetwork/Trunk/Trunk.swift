/// The first layers whose values for a patch are part of their values for the whole interferogram, because none
/// of their windows reaches beyond the patch: overlapping patches can share them.
///
/// Later layers depend on the patch only through one value.
struct Trunk: Equatable, Sendable {
  /// Number of the graph's leading layers that belong to it.
  let layerCount: Int
  /// The value they produce.
  let value: ValueID
  /// Distance in the gray image of neighbouring pixels of the value. Patches can share it if they start at
  /// multiples of this.
  let stride: Window.Extent

  /// Usual width and height of interferograms, pixels, to estimate the benefit.
  static let usualSide = 500
  /// Sharing must save at least a fiftieth of the operations: those of the first layers take more time than others.
  private static let worthwhile = 0.98
  /// Size limit of a value for an interferogram of usual size, floats.
  private static let largestValue = 1 << 24

  /// The trunk that saves most for an interferogram of usual size whose patches all pass the gate.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - patchStride: distance of neighbouring patches, pixels.
  /// - Returns: `nil` if hardly anything can be shared.
  static func find(in graph: Graph, patchStride: Int) -> Trunk? {
    let candidates = all(in: graph).filter {
      patchStride % $0.stride.height == 0 && patchStride % $0.stride.width == 0
    }
    // Trunks of one stride contain each other.
    let ofOneStride = Dictionary(grouping: candidates) { [$0.stride.height, $0.stride.width] }
    let weighed = ofOneStride.values.flatMap { shares(of: $0, in: graph, patchStride: patchStride) }
    let best = weighed.min { ($0.share, -$0.trunk.layerCount) < ($1.share, -$1.trunk.layerCount) }
    return best.flatMap { $0.share < worthwhile ? $0.trunk : nil }
  }

  /// All possible trunks, the shortest first.
  static func all(in graph: Graph) -> [Trunk] {
    var lastReaders: [ValueID: Int] = [:]
    let heads = Set(graph.otherHeads.values).union([graph.output])
    for head in heads { lastReaders[head] = graph.layers.count }
    for (index, layer) in graph.layers.enumerated() {
      for value in layer.inputs { lastReaders[value] = max(lastReaders[value] ?? 0, index) }
    }
    var strides: [ValueID: Window.Extent] = [Graph.input: .init(height: 1, width: 1)]
    var crossing: Set<ValueID> = [Graph.input]
    var trunks: [Trunk] = []
    for (index, layer) in graph.layers.dropLast().enumerated() {
      guard let stride = stride(behind: layer, in: graph, strides) else { break }
      strides[layer.output] = stride
      crossing.insert(layer.output)
      for value in layer.inputs where lastReaders[value] == index { crossing.remove(value) }
      let next = graph.layers[index + 1]
      // Operations fused into the preceding layer cannot be separated from it.
      let isAbsorbed =
        next.inputs == [layer.output] && next.computes.joinsItsInput
        || index > 0 && graph.endOfRamps(from: index - 1)?.relu == index
      if crossing == [layer.output], !heads.contains(layer.output), !isAbsorbed {
        trunks.append(Trunk(layerCount: index + 1, value: layer.output, stride: stride))
      }
    }
    return trunks
  }

  /// The stride of a layer's output, provided that a patch's part of it is the same as in a larger image.
  static func stride(
    behind layer: Layer, in graph: Graph, _ strides: [ValueID: Window.Extent]
  ) -> Window.Extent? {
    let inputs = layer.inputs.compactMap { strides[$0] }
    guard inputs.count == layer.inputs.count, let stride = inputs.first, inputs.allSatisfy({ $0 == stride }),
      case .image = graph.shapes[layer.inputs[0]], graph.staysInside(layer)
    else { return nil }
    switch layer.computes {
    case .convolution(let window, _, _, _), .maxPool(let window), .averagePool(let window, _):
      let limit = ModelLimits.inputSize
      guard let rows = ModelLimits.product([stride.height, window.stride.height], limit: limit),
        let columns = ModelLimits.product([stride.width, window.stride.width], limit: limit)
      else { return nil }
      return .init(height: rows, width: columns)
    case .relu, .sigmoid, .clip, .affine, .localResponseNormalisation, .add, .concatenation: return stride
    case .product, .softmax, .globalAveragePool, .globalMaxPool, .adaptiveAveragePool, .reshape: return nil
    }
  }

  private func fits(_ whole: Graph) -> Bool {
    whole.layers[..<layerCount].allSatisfy { whole.shapes[$0.output].count <= Self.largestValue }
  }

  /// Number of operations for an interferogram of usual size with each of several trunks, relative to none.
  private static func shares(
    of trunks: [Trunk], in graph: Graph, patchStride: Int
  ) -> [(trunk: Trunk, share: Double)] {
    guard let longest = trunks.max(by: { $0.layerCount < $1.layerCount }),
      case .image(_, let height, let width) = graph.inputShape
    else { return [] }
    let rows = patches(size: height, patchStride: patchStride, lattice: longest.stride.height)
    let columns = patches(size: width, patchStride: patchStride, lattice: longest.stride.width)
    let patches = Double(rows.count * columns.count)
    let sharing = Double(rows.sharing * columns.sharing)
    let whole = longest.over(height: rows.length, width: columns.length, in: graph)
    let alone = patches * graph.operations(ofLayers: graph.layers.indices)
    return trunks.filter { $0.fits(whole) }.map { trunk in
      let shared =
        whole.operations(ofLayers: 0..<trunk.layerCount)
        + (patches - sharing) * graph.operations(ofLayers: 0..<trunk.layerCount)
      let rest = patches * graph.operations(ofLayers: trunk.layerCount..<graph.layers.count)
      return (trunk, (shared + rest) / alone)
    }
  }

  /// The patches along a side of usual length, the last one flush with its end; those whose start can be
  /// shared, and the pixels that these cover.
  private static func patches(
    size: Int, patchStride: Int, lattice: Int
  ) -> (count: Int, sharing: Int, length: Int) {
    let last = max(0, usualSide - size)
    let starts = Array(Swift.stride(from: 0, to: last, by: patchStride)) + [last]
    let sharing = starts.filter { $0 % lattice == 0 }
    return (starts.count, sharing.count, (sharing.last ?? 0) + size)
  }
}

extension Graph {
  /// Whether a layer reads nothing beyond its input.
  func staysInside(_ layer: Layer) -> Bool {
    switch layer.computes {
    case .convolution(let window, _, _, _), .maxPool(let window), .averagePool(let window, _):
      guard case .image(_, let height, let width) = shapes[layer.inputs[0]] else { return true }
      return window.staysInside(height: height, width: width)
    default: return true
    }
  }
}

extension Window {
  /// Whether no window position reaches beyond the edge of an image.
  fileprivate func staysInside(height: Int, width: Int) -> Bool {
    before == Extent(height: 0, width: 0)
      && (output.height - 1) * stride.height + (kernel.height - 1) * dilation.height < height
      && (output.width - 1) * stride.width + (kernel.width - 1) * dilation.width < width
  }
}
