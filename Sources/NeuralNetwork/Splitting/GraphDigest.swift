import Crypto
import Foundation
import Hashing

/// A running hash of layers with their weights: equal for networks that compute the same up to a layer,
/// regardless of layer names and value numbers.
struct GraphDigest {
  private var hash = SHA256()
  /// Index of each value in the order of writing.
  private var numbers: [ValueID: Int] = [Graph.input: 0]

  init(_ metadata: ModelMetadata, inputShape: PatchShape) {
    add("layers 1, input \(inputShape.dimensions)")
    add(metadata.mean)
    add(metadata.scale)
  }

  /// The hash of everything so far, hexadecimal.
  var text: String { hash.finalize().hexadecimal }

  mutating func add(_ layer: Layer, writing shape: PatchShape) {
    add("reads \(layer.inputs.map { numbers[$0] ?? -1 }), writes \(shape.dimensions)")
    numbers[layer.output] = numbers.count
    switch layer.computes {
    case .convolution(let window, let groups, let weights, let bias):
      add("convolution \(Self.text(window)) \(groups)")
      add(weights)
      add(bias)
    case .product(let product):
      add("product \(product.isOutputMajor) \(product.inputs) \(product.outputs)")
      add([product.alpha, product.beta])
      add(product.weights)
      add(product.bias)
    case .affine(let scale, let shift):
      add("affine")
      add(scale)
      add(shift)
    case .relu: add("relu")
    case .sigmoid: add("sigmoid")
    case .softmax: add("softmax")
    case .localResponseNormalisation(let parameters):
      add("local response \(parameters.size)")
      add([parameters.alpha, parameters.beta, parameters.bias])
    case .maxPool(let window): add("max \(Self.text(window))")
    case .averagePool(let window, let countsPadding): add("average \(Self.text(window)) \(countsPadding)")
    case .globalAveragePool: add("global average")
    case .globalMaxPool: add("global max")
    case .adaptiveAveragePool: add("adaptive average")
    case .clip(let lower, let upper):
      add("clip")
      add([lower, upper])
    case .add: add("add")
    case .concatenation: add("concatenation")
    case .reshape: add("reshape")
    }
  }

  private static func text(_ window: Window) -> String {
    [window.kernel, window.stride, window.dilation, window.before, window.after, window.output]
      .map { "\($0.height)×\($0.width)" }.joined(separator: " ")
  }

  private mutating func add(_ text: String) {
    hash.update(data: Data(text.utf8))
    hash.update(data: [0])
  }

  private mutating func add(_ numbers: [Float]) {
    add("\(numbers.count) numbers")
    numbers.withUnsafeBytes { hash.update(bufferPointer: $0) }
  }

  private mutating func add(_ tensor: ONNXTensor?) {
    guard let tensor else { return add("nothing") }
    add("\(tensor.dimensions)")
    add(tensor.floats())
  }
}
