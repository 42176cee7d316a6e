/// Between which numbers a value lies, as far as the layers in front of it tell.
struct ValueRange: Equatable, Sendable {
  var lower: Float
  var upper: Float
  /// Whether a softmax or logistic function bounds it, and nothing but layers that pass on, scale or join numbers
  /// follow.
  var isOfActivation: Bool

  static let probabilities = ValueRange(lower: 0, upper: 1, isOfActivation: true)

  /// Up to rounding.
  var isWithinProbabilities: Bool { lower >= -1e-6 && upper <= 1 + 1e-6 }

  func union(_ other: ValueRange) -> ValueRange {
    ValueRange(
      lower: min(lower, other.lower), upper: max(upper, other.upper),
      isOfActivation: isOfActivation && other.isOfActivation)
  }
}

extension Graph {
  /// Between which numbers the classes' output lies; `nil` where it may be any number, as logits are.
  var outputRange: ValueRange? {
    var ranges: [ValueID: ValueRange] = [:]
    for layer in layers { ranges[layer.output] = range(behind: layer, ranges) }
    return ranges[output]
  }

  private func range(behind layer: Layer, _ ranges: [ValueID: ValueRange]) -> ValueRange? {
    let inputs = layer.inputs.compactMap { ranges[$0] }
    let input = inputs.count == layer.inputs.count ? inputs.dropFirst().reduce(inputs.first) { $0?.union($1) } : nil
    switch layer.computes {
    case .softmax, .sigmoid: return .probabilities
    case .reshape, .maxPool, .globalAveragePool, .globalMaxPool, .adaptiveAveragePool, .concatenation: return input
    case .averagePool(_, let countsPadding):
      guard countsPadding, let input else { return input }
      return ValueRange(
        lower: min(0, input.lower), upper: max(0, input.upper), isOfActivation: input.isOfActivation)
    case .clip(let lower, let upper):
      guard let input else {
        return lower.isFinite && upper.isFinite && abs(lower) < 1e30 && abs(upper) < 1e30
          ? ValueRange(lower: lower, upper: upper, isOfActivation: false) : nil
      }
      return ValueRange(
        lower: min(max(input.lower, lower), upper), upper: min(max(input.upper, lower), upper),
        isOfActivation: input.isOfActivation)
    case .relu:
      return input.map {
        ValueRange(lower: max(0, $0.lower), upper: max(0, $0.upper), isOfActivation: $0.isOfActivation)
      }
    case .affine(let scale, let shift):
      guard let input else { return nil }
      let ends = zip(scale, shift).flatMap { [$0 * input.lower + $1, $0 * input.upper + $1] }
      guard let lower = ends.min(), let upper = ends.max() else { return nil }
      return ValueRange(lower: lower, upper: upper, isOfActivation: input.isOfActivation)
    case .add:
      guard inputs.count == 2 else { return nil }
      return ValueRange(
        lower: inputs[0].lower + inputs[1].lower, upper: inputs[0].upper + inputs[1].upper,
        isOfActivation: inputs[0].isOfActivation && inputs[1].isOfActivation)
    // A convolution that picks channels passes numbers on.
    case .convolution: return layer.operation == "Gather" ? input : nil
    case .product, .localResponseNormalisation: return nil
    }
  }

  /// The same network without layers at the end of the way to the classes that change no number.
  func withoutIdleEnd() -> Graph {
    var (value, end) = (output, output)
    while let layer = layers.first(where: { $0.output == value }), isIdle(layer), layer.inputs[0] != Self.input {
      value = layer.inputs[0]
      if shapes[value].count == shapes[value].channels { end = value }
    }
    guard end != output else { return self }
    let graph = Graph(layers: layers, shapes: shapes, output: end, otherHeads: otherHeads)
    return graph.reduced(toHeads: headNames)
  }

  /// Whether a layer in front of a vector of classes writes the numbers that it reads, in their order.
  private func isIdle(_ layer: Layer) -> Bool {
    let (from, to) = (shapes[layer.inputs[0]], shapes[layer.output])
    guard layer.inputs.count == 1, from.count == to.count else { return false }
    let isPlain = from.channels == 1 || from.count == from.channels
    if case .reshape = layer.computes { return isPlain }
    guard from.count == from.channels else { return false }
    switch layer.computes {
    case .globalAveragePool, .globalMaxPool, .adaptiveAveragePool, .concatenation: return true
    case .maxPool(let window), .averagePool(let window, _): return window.isPointwise
    case .affine(let scale, let shift): return scale.allSatisfy { $0 == 1 } && shift.allSatisfy { $0 == 0 }
    case .clip(let lower, let upper):
      let isBehindActivation = layers.contains { $0.output == layer.inputs[0] && $0.endsInProbabilities }
      return lower <= 0 && upper >= 1 && isBehindActivation || lower == -.infinity && upper == .infinity
    default: return false
    }
  }
}
