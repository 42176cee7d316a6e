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
    guard case .vector = shape, axis == 1 || axis == -1 else {
      throw attributes.refuse("axis", "only the softmax over all classes of a flattened value is supported")
    }
    return .computed(.softmax, inputs: [id], shape: shape)
  }

  mutating func localResponseNormalisation() throws -> Reading {
    try checkOperandCount(1...1)
    let input = try image(0)
    let size = try attributes.integer("size", default: 0)
    guard (1...ModelLimits.windowExtent).contains(size), size % 2 == 1 else {
      throw attributes.refuse("size", "\(size) is not an odd number between 1 and \(ModelLimits.windowExtent)")
    }
    let response = Operator.LocalResponse(
      size: size, alpha: try attributes.float("alpha", default: 0.0001),
      beta: try attributes.float("beta", default: 0.75), bias: try attributes.float("bias", default: 1))
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
      throw attributes.refuse("spatial", "statistics per pixel are not supported")
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
    return .computed(.affine(scale: scale.map { Float($0) }, shift: shift), inputs: [id], shape: shape)
  }

  func addition() throws -> Reading {
    try checkOperandCount(2...2)
    switch (operands[0], operands[1]) {
    case (.value(let first, let shape), .value(let second, let other)):
      guard shape == other else { throw refuse("its inputs are \(shape) and \(other), expected one shape") }
      return .computed(.add, inputs: [first, second], shape: shape)
    case (.value(let id, let shape), .constant): return try constantAddition(id, shape, constantAt: 1)
    case (.constant, .value(let id, let shape)): return try constantAddition(id, shape, constantAt: 0)
    default: throw refuse("at least one input must be computed from the image")
    }
  }

  /// A constant that is one number, or one per channel.
  private func constantAddition(_ id: ValueID, _ shape: PatchShape, constantAt index: Int) throws -> Reading {
    guard let tensor = try constant(index) else { throw refuse("its input \(index) is missing") }
    let perChannel = [shape.channels] + [Int](repeating: 1, count: shape.dimensions.count - 1)
    let isPerChannel = Array(tensor.dimensions.drop { $0 == 1 }) == Array(perChannel.drop { $0 == 1 })
    guard tensor.count == 1 || (isPerChannel && tensor.dimensions.count <= perChannel.count + 1) else {
      throw refuse("a constant of dimensions \(tensor.dimensions) cannot be added to \(shape)")
    }
    let values = tensor.floats()
    let shift = values.count == 1 ? [Float](repeating: values[0], count: shape.channels) : values
    let scale = [Float](repeating: 1, count: shape.channels)
    return .computed(.affine(scale: scale, shift: shift), inputs: [id], shape: shape)
  }

  mutating func concatenation() throws -> Reading {
    let axis = try attributes.integer("axis", default: 1)
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
