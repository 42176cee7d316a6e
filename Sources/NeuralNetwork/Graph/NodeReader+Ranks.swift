/// Operators that add, take away or exchange dimensions.
extension NodeReader {
  mutating func squeeze() throws -> Reading {
    let axes = try axes()
    if isAboutNumbers {
      let numbers = try wholeNumbers(0)
      guard numbers.values.count == 1 else { throw refuse("a list of \(numbers.values.count) cannot be a scalar") }
      return .known(.numbers(WholeNumbers(values: numbers.values, isScalar: true)))
    }
    let input = try image(0)
    guard let axes, Set(axes.map { $0 < 0 ? $0 + 4 : $0 }) == [2, 3], input.height == 1, input.width == 1 else {
      throw refuse("only the height and width of a 1 × 1 image can be taken away")
    }
    return reshaped(
      input.id, .image(channels: input.channels, height: 1, width: 1), to: .vector(input.channels))
  }

  mutating func unsqueeze() throws -> Reading {
    guard let axes = try axes() else { throw refuse("it has no axes") }
    if isAboutNumbers {
      let numbers = try wholeNumbers(0)
      guard numbers.isScalar, axes == [0] || axes == [-1] else { throw refuse("only a scalar becomes a list") }
      return .known(.numbers(WholeNumbers(values: numbers.values)))
    }
    switch operands[0] {
    case .plane(let id, let shape) where axes == [1] || axes == [-3]: return .known(.value(id, shape))
    case .value(let id, .vector(let count)) where Set(axes.map { $0 < 0 ? $0 + 4 : $0 }) == [2, 3]:
      return reshaped(id, .vector(count), to: .image(channels: count, height: 1, width: 1))
    default: throw refuse("it would make a value of another rank than an image or a vector")
    }
  }

  /// An attribute up to operator set 12, an input since.
  private mutating func axes() throws -> [Int]? {
    try checkOperandCount(1...2)
    if let axes = try attributes.list("axes") { return axes }
    return operands.count == 2 ? try wholeNumbers(1).values.compactMap { $0 } : nil
  }

  mutating func transpose() throws -> Reading {
    try checkOperandCount(1...1)
    let order = try attributes.list("perm")
    switch operands[0] {
    case .value(let id, let shape):
      if order == Array(0...shape.dimensions.count) { return .known(operands[0]) }
      if case .vector = shape, order == nil || order == [1, 0] { return .known(.turned(id, shape)) }
    case .turned(let id, let shape) where order == nil || order == [1, 0]: return .known(.value(id, shape))
    default: break
    }
    throw attributes.refuse("perm", "only a vector's features and batch can be exchanged")
  }
}
