/// A network's layers with their shapes and costs, for printing.
public struct ModelSummary: Sendable, Equatable, CustomStringConvertible {
  /// One layer.
  public struct Layer: Sendable, Equatable {
    /// The node's name in the file.
    public let name: String
    /// The ONNX operator.
    public let operation: String
    /// Per patch, in ONNX's order: channels × height × width, or a single length.
    public let outputShape: [Int]
    /// Millions of floating-point operations per patch (a multiplication and an addition count two).
    public let megaflop: Double
  }

  /// Channels × height × width.
  public let inputShape: [Int]
  /// In the order of execution.
  public let layers: [Layer]
  /// Number of weights and biases.
  public let parameterCount: Int

  /// Millions of floating-point operations per patch.
  public var megaflop: Double { layers.reduce(0) { $0 + $1.megaflop } }

  public var description: String {
    let rows = layers.map { layer in
      let shape = layer.outputShape.map(String.init).joined(separator: " × ")
      return "\(layer.name)  \(layer.operation)  \(shape)  \((layer.megaflop * 10).rounded() / 10) MFLOP"
    }
    let total = "\(layers.count) layers, \(parameterCount) parameters, \(megaflop.rounded()) MFLOP a patch"
    return (rows + [total]).joined(separator: "\n")
  }
}

extension ModelSummary {
  init(_ graph: Graph) {
    inputShape = graph.inputShape.dimensions
    layers = graph.layers.map { layer in
      let shape = graph.shapes[layer.output]
      return Layer(
        name: layer.name, operation: layer.operation, outputShape: shape.dimensions,
        megaflop: layer.computes.operations(writing: shape) / 1e6)
    }
    parameterCount = graph.layers.reduce(0) { $0 + $1.computes.parameterCount }
  }
}

extension Graph {
  /// Floating-point operations per patch of some layers.
  func operations(ofLayers indices: Range<Int>) -> Double {
    layers[indices].reduce(0) { $0 + $1.computes.operations(writing: shapes[$1.output]) }
  }
}

extension Operator {
  fileprivate func operations(writing shape: PatchShape) -> Double {
    let outputs = Double(shape.count)
    switch self {
    case .convolution(_, _, let weights, _):
      return 2 * outputs * Double(weights.count / max(1, shape.channels))
    case .product(let product): return 2 * Double(product.inputs) * Double(product.outputs)
    case .maxPool(let window), .averagePool(let window, _):
      return outputs * Double(window.kernel.height * window.kernel.width)
    case .localResponseNormalisation(let parameters): return outputs * Double(parameters.size + 4)
    case .affine: return 2 * outputs
    case .relu, .sigmoid, .softmax, .globalAveragePool, .globalMaxPool, .adaptiveAveragePool, .add: return outputs
    case .clip: return 2 * outputs
    case .concatenation, .reshape: return 0
    }
  }

  fileprivate var parameterCount: Int {
    switch self {
    case .convolution(_, _, let weights, let bias): weights.count + (bias?.count ?? 0)
    case .product(let product): product.weights.count + (product.bias?.count ?? 0)
    case .affine(let scale, let shift): scale.count + shift.count
    default: 0
    }
  }
}
