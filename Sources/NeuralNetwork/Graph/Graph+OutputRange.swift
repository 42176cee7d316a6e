/// Bounds of a value, as far as the preceding layers determine them.
struct ValueRange: Equatable, Sendable {
  var lower: Float
  var upper: Float
  /// Whether they come from a softmax or logistic function, followed only by layers that copy, scale or join
  /// numbers, or by weights that keep them within 0…1.
  var isOfActivation: Bool
  /// Whether all numbers are nonnegative with a sum of at most 1, as after a softmax.
  var addsUpToOne = false

  static let probabilities = ValueRange(lower: 0, upper: 1, isOfActivation: true)
  static let softmax = ValueRange(lower: 0, upper: 1, isOfActivation: true, addsUpToOne: true)

  /// With a tolerance for rounding.
  var isWithinProbabilities: Bool { lower >= -1e-5 && upper <= 1 + 1e-5 }

  func union(_ other: ValueRange) -> ValueRange {
    ValueRange(
      lower: min(lower, other.lower), upper: max(upper, other.upper),
      isOfActivation: isOfActivation && other.isOfActivation)
  }

  /// The range if numbers may be repeated.
  var ofCopies: ValueRange { ValueRange(lower: lower, upper: upper, isOfActivation: isOfActivation) }

  /// The range if zeros may be added, as by padding.
  var withZero: ValueRange {
    var range = self
    (range.lower, range.upper) = (min(0, lower), max(0, upper))
    return range
  }
}

extension Graph {
  /// Bounds of the classes' output; `nil` if it is unbounded, as logits are.
  var outputRange: ValueRange? { range(of: output) }

  /// Bounds of an output; `nil` if it is unbounded, as logits are.
  ///
  /// Visits no layer before a softmax or logistic function, and each weight at most once.
  func range(of output: ValueID) -> ValueRange? {
    var needed: Set<ValueID> = [output]
    var behind: [Layer] = []
    for layer in layers.reversed() where needed.contains(layer.output) {
      behind.append(layer)
      if !layer.endsInProbabilities { needed.formUnion(layer.inputs) }
    }
    var ranges: [ValueID: ValueRange] = [:]
    for layer in behind.reversed() {
      guard let range = range(behind: layer, ranges), range.lower.isFinite, range.upper.isFinite else { continue }
      ranges[layer.output] = range
    }
    return ranges[output]
  }

  private func range(behind layer: Layer, _ ranges: [ValueID: ValueRange]) -> ValueRange? {
    let inputs = layer.inputs.compactMap { ranges[$0] }
    let input = inputs.count == layer.inputs.count ? inputs.dropFirst().reduce(inputs.first) { $0?.union($1) } : nil
    switch layer.computes {
    case .softmax: return .softmax
    case .sigmoid: return .probabilities
    case .reshape, .globalAveragePool, .globalMaxPool, .concatenation: return input
    case .maxPool, .adaptiveAveragePool: return input?.ofCopies
    case .averagePool(_, let countsPadding): return countsPadding ? input?.ofCopies.withZero : input?.ofCopies
    case .clip(let lower, let upper):
      guard let input else {
        return lower.isFinite && upper.isFinite && abs(lower) < 1e30 && abs(upper) < 1e30
          ? ValueRange(lower: lower, upper: upper, isOfActivation: false) : nil
      }
      return ValueRange(
        lower: min(max(input.lower, lower), upper), upper: min(max(input.upper, lower), upper),
        isOfActivation: input.isOfActivation, addsUpToOne: input.addsUpToOne && lower <= 0 && upper >= 0)
    case .relu:
      return input.map {
        ValueRange(
          lower: max(0, $0.lower), upper: max(0, $0.upper), isOfActivation: $0.isOfActivation,
          addsUpToOne: $0.addsUpToOne)
      }
    case .affine(let scale, let shift):
      guard let input else { return nil }
      let ends = zip(scale, shift).flatMap { [$0 * input.lower + $1, $0 * input.upper + $1] }
      guard let lower = ends.min(), let upper = ends.max() else { return nil }
      let isSmaller = scale.allSatisfy { (0...1).contains($0) } && shift.allSatisfy { $0 == 0 }
      return ValueRange(
        lower: lower, upper: upper, isOfActivation: input.isOfActivation,
        addsUpToOne: input.addsUpToOne && isSmaller)
    case .add:
      guard inputs.count == 2 else { return nil }
      return ValueRange(
        lower: inputs[0].lower + inputs[1].lower, upper: inputs[0].upper + inputs[1].upper,
        isOfActivation: inputs[0].isOfActivation && inputs[1].isOfActivation)
    case .convolution(let window, _, let weights, let bias):
      // A convolution that selects channels copies numbers.
      if layer.operation == "Gather" { return input?.ofCopies }
      let edges = [window.before, window.after]
      let isPadded = edges.contains { $0.height > 0 || $0.width > 0 }
      let outputs = shapes[layer.output].channels
      return input.flatMap {
        WeightedSum(weights: weights, outputs: outputs, bias: bias).range(of: isPadded ? $0.withZero : $0)
      }
    case .product(let product):
      return input.flatMap {
        WeightedSum(
          weights: product.weights, outputs: product.outputs, isOutputMajor: product.isOutputMajor,
          alpha: product.alpha, bias: product.bias, beta: product.beta
        ).range(of: $0)
      }
    case .localResponseNormalisation: return nil
    }
  }

  /// The network without final layers, on the path to the classes, that change no number.
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

  /// Whether a layer before a vector of classes copies its input in order.
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

/// The sum of a convolution or a fully connected layer: alpha · Σ w · x + beta · bias.
private struct WeightedSum {
  let weights: ONNXTensor
  let outputs: Int
  var isOutputMajor = true
  var alpha: Float = 1
  let bias: ONNXTensor?
  var beta: Float = 1

  /// Bounds of all outputs; `nil` if they are not finite, or equal: an untrained layer produces no
  /// probabilities.
  func range(of input: ValueRange) -> ValueRange? {
    guard outputs > 0, weights.count >= outputs else { return nil }
    let numbers = weights.floats()
    let biases = bias?.floats() ?? []
    let terms = numbers.count / outputs
    let (low, high) = (Double(input.lower), Double(input.upper))
    var (lower, upper) = (Double.infinity, -Double.infinity)
    for output in 0..<outputs {
      let (start, step) = isOutputMajor ? (output * terms, 1) : (output, outputs)
      var (lowest, highest, least, greatest) = (0.0, 0.0, 0.0, 0.0)
      for term in 0..<terms {
        let weight = Double(alpha) * Double(numbers[start + term * step])
        let (one, other) = (weight * low, weight * high)
        lowest += min(one, other)
        highest += max(one, other)
        least = min(least, weight)
        greatest = max(greatest, weight)
      }
      if input.addsUpToOne { (lowest, highest) = (max(lowest, least), min(highest, greatest)) }
      let shift = biases.isEmpty ? 0 : Double(beta) * Double(biases[biases.count == 1 ? 0 : output])
      guard (lowest + shift).isFinite, (highest + shift).isFinite else { return nil }
      (lower, upper) = (min(lower, lowest + shift), max(upper, highest + shift))
    }
    guard lower < upper else { return nil }
    var range = ValueRange(lower: Float(lower), upper: Float(upper), isOfActivation: false)
    // Weights that leave 0…1 make logits of a hidden layer's activations.
    range.isOfActivation = input.isOfActivation && range.isWithinProbabilities
    return range
  }
}
