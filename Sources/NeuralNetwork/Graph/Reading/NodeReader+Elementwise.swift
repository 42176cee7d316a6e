/// Operators that keep the shape, and those that join values.
extension NodeReader {
  func elementwise(_ computes: Operator) throws -> Reading {
    try checkOperandCount(1...1)
    let (id, shape) = try value(0)
    return .computed(computes, inputs: [id], shape: shape)
  }

  mutating func softmax() throws -> Reading {
    try checkOperandCount(1...1)
    let (id, shape) = try value(0)
    let axis = try attributes.integer("axis", default: opset < 13 ? 1 : -1)
    switch shape {
    case .vector where axis == 1 || axis == -1: break
    case .image(_, 1, 1) where axis == 1 || axis == -3: break
    default:
      throw attributes.refuse(
        "axis", "only the softmax over all classes, of a flattened value or one of a single pixel, is supported")
    }
    guard shape.count > 1 else { throw refuse("the softmax of one number is always 1; use Sigmoid for one class") }
    return .computed(.softmax, inputs: [id], shape: shape)
  }

  mutating func localResponseNormalisation() throws -> Reading {
    try checkOperandCount(1...1)
    let input = try image(0)
    let size = try attributes.integer("size", default: 0)
    guard (1...ModelLimits.windowExtent).contains(size) else {
      throw attributes.refuse("size", "\(size) is not between 1 and \(ModelLimits.windowExtent)")
    }
    let response = Operator.LocalResponse(
      size: size, alpha: try attributes.float("alpha", default: 0.0001),
      beta: try attributes.float("beta", default: 0.75), bias: try attributes.float("bias", default: 1))
    guard response.bias > 0, response.alpha >= 0 else {
      throw refuse("with bias \(response.bias) and alpha \(response.alpha) it may divide by 0")
    }
    return .computed(
      .localResponseNormalisation(response), inputs: [input.id],
      shape: .image(channels: input.channels, height: input.height, width: input.width))
  }

  mutating func batchNormalisation() throws -> Reading {
    try checkOperandCount(5...5)
    let (id, shape) = try value(0)
    let epsilon = try attributes.float("epsilon", default: 1e-5)
    attributes.ignore("momentum")
    guard try attributes.integer("training_mode", default: 0) == 0 else {
      throw attributes.refuse("training_mode", "export the model for inference")
    }
    guard try attributes.integer("spatial", default: 1) == 1 else {
      throw attributes.refuse("spatial", "per-pixel statistics are not supported")
    }
    let gain = try channelConstant(1, count: shape.channels)
    let offset = try channelConstant(2, count: shape.channels)
    let mean = try channelConstant(3, count: shape.channels)
    let variance = try channelConstant(4, count: shape.channels)
    guard variance.allSatisfy({ $0 + epsilon > 0 }) else {
      throw refuse("a variance plus epsilon is not above zero")
    }
    let scale = gain.indices.map { Double(gain[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot() }
    let shift = scale.indices.map { Float(Double(offset[$0]) - Double(mean[$0]) * scale[$0]) }
    guard scale.allSatisfy({ Float($0).isFinite }), shift.allSatisfy(\.isFinite) else {
      throw refuse("its statistics give a scale or a shift that is not finite")
    }
    return .computed(.affine(scale: scale.map { Float($0) }, shift: shift), inputs: [id], shape: shape)
  }

  mutating func clip() throws -> Reading {
    try checkOperandCount(opset < 11 ? 1...1 : 1...3)
    let (id, shape) = try value(0)
    var lower = -Float.infinity
    var upper = Float.infinity
    if opset < 11 {
      lower = try attributes.float("min", default: -.greatestFiniteMagnitude)
      upper = try attributes.float("max", default: .greatestFiniteMagnitude)
    } else {
      lower = try bound(1) ?? lower
      upper = try bound(2) ?? upper
    }
    guard lower <= upper else { throw refuse("its bounds are \(lower) and \(upper)") }
    return .computed(.clip(lower: lower, upper: upper), inputs: [id], shape: shape)
  }

  private func bound(_ index: Int) throws -> Float? {
    guard let tensor = try constant(index) else { return nil }
    guard tensor.count == 1, let value = tensor.floats().first, !value.isNaN else {
      throw refuse("its input \(index) is not one number")
    }
    return value
  }

  mutating func concatenation() throws -> Reading {
    let axis = try attributes.integer("axis", default: 1)
    if case .numbers? = operands.first(where: { if case .numbers = $0 { true } else { false } }) {
      return try joinedNumbers(axis: axis)
    }
    let parts = try operands.indices.map { try value($0) }
    guard let first = parts.first else { throw refuse("it has no inputs") }
    let rank = first.shape.dimensions.count + 1
    guard axis == 1 || axis == 1 - rank else {
      throw attributes.refuse("axis", "only the channels can be joined")
    }
    guard parts.allSatisfy({ $0.shape.dimensions.dropFirst() == first.shape.dimensions.dropFirst() }) else {
      throw refuse("its inputs are \(parts.map(\.shape)), which do not fit side by side")
    }
    let channels = parts.reduce(0) { $0 + $1.shape.channels }
    let shape: PatchShape
    switch first.shape {
    case .vector: shape = .vector(channels)
    case .image(_, let height, let width): shape = .image(channels: channels, height: height, width: width)
    }
    return .computed(.concatenation, inputs: parts.map(\.id), shape: shape)
  }
}
