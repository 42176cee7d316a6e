/// Sums, differences, products and quotients: of two values, or of a value and a constant that is one number or
/// one per channel.
extension NodeReader {
  func sum() throws -> Reading {
    if let reading = try onNumbers({ $0.addingReportingOverflow($1) }) { return reading }
    if operands.count == 2, case .value(let first, let shape) = operands[0],
      case .value(let second, let other) = operands[1]
    {
      guard shape == other else { throw refuse("its inputs are \(shape) and \(other), expected one shape") }
      return .computed(.add, inputs: [first, second], shape: shape)
    }
    return try withConstant { number, _ in (1, number) }
  }

  func difference() throws -> Reading {
    if let reading = try onNumbers({ $0.subtractingReportingOverflow($1) }) { return reading }
    return try withConstant { number, isFirst in isFirst ? (-1, number) : (1, -number) }
  }

  func product() throws -> Reading {
    if let reading = try onNumbers({ $0.multipliedReportingOverflow(by: $1) }) { return reading }
    return try withConstant { number, _ in (number, 0) }
  }

  func quotient() throws -> Reading {
    if let reading = try onNumbers({ $0.dividedReportingOverflow(by: $1) }) { return reading }
    return try withConstant { number, isFirst in
      guard !isFirst, number != 0 else { throw refuse("a value can only be divided by a constant other than 0") }
      return (1 / number, 0)
    }
  }

  private func onNumbers(_ combine: (Int, Int) -> (Int, overflow: Bool)) throws -> Reading? {
    try checkOperandCount(2...2)
    return isAboutNumbers ? try calculated(combine) : nil
  }

  /// `terms` converts a constant to the equivalent scale and shift.
  private func withConstant(_ terms: (Float, _ isFirst: Bool) throws -> (Float, Float)) throws -> Reading {
    let isFirst: Bool
    switch (operands[0], operands[1]) {
    case (.value, .constant): isFirst = false
    case (.constant, .value): isFirst = true
    default: throw refuse("one of its inputs must be computed from the image, the other a constant")
    }
    let (id, shape) = try value(isFirst ? 1 : 0)
    guard let tensor = try finiteConstant(isFirst ? 0 : 1) else { throw refuse("its constant is missing") }
    let perChannel = [shape.channels] + [Int](repeating: 1, count: shape.dimensions.count - 1)
    let isPerChannel = Array(tensor.dimensions.drop { $0 == 1 }) == Array(perChannel.drop { $0 == 1 })
    guard tensor.count == 1 || isPerChannel, tensor.dimensions.count <= perChannel.count + 1 else {
      throw refuse("a constant of dimensions \(tensor.dimensions) does not fit \(shape)")
    }
    guard shape.channels <= ModelLimits.tensorIntegers else {
      throw refuse("its \(shape.channels) channels are over \(ModelLimits.tensorIntegers)")
    }
    let values = tensor.floats()
    let pairs = try (values.count == 1 ? [Float](repeating: values[0], count: shape.channels) : values)
      .map { try terms($0, isFirst) }
    guard pairs.allSatisfy({ $0.0.isFinite && $0.1.isFinite }) else {
      throw refuse("dividing by '\(tensor.name)' gives numbers that are not finite")
    }
    return .computed(.affine(scale: pairs.map(\.0), shift: pairs.map(\.1)), inputs: [id], shape: shape)
  }
}
