/// Operators that add, remove or permute dimensions.
extension NodeReader {
  mutating func squeeze() throws -> Reading {
    let axes = try axes()
    if isAboutNumbers {
      let numbers = try wholeNumbers(0)
      guard numbers.values.count == 1 else { throw refuse("a list of \(numbers.values.count) cannot be a scalar") }
      return .known(.numbers(WholeNumbers(values: numbers.values, isScalar: true)))
    }
    let input = try image(0)
    let shape = PatchShape.image(channels: input.channels, height: input.height, width: input.width)
    let taken = Set((axes ?? []).map { $0 < 0 ? $0 + 4 : $0 })
    let kept = Set([1, 2, 3]).subtracting(taken)
    guard axes?.count == 2, kept.count == 1, taken.isSubset(of: [1, 2, 3]),
      taken.allSatisfy({ shape.dimensions[$0 - 1] == 1 })
    else {
      throw refuse(
        "only two dimensions of 1 can be taken away from an image, named by axes; this one is \(shape), axes \(axes ?? [])"
      )
    }
    return reshaped(input.id, shape, to: .vector(shape.count))
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

  /// An attribute up to operator set 12, an input since then.
  private mutating func axes() throws -> [Int]? {
    try checkOperandCount(1...2)
    if let axes = try attributes.list("axes") { return axes }
    return operands.count == 2 ? try wholeNumbers(1).values.compactMap { $0 } : nil
  }

  mutating func transpose() throws -> Reading {
    try checkOperandCount(1...1)
    let order = try attributes.list("perm")
    if let reading = try exchangeOfSingleAxes(order) { return reading }
    switch operands[0] {
    case .value(let id, let shape):
      if order == Array(0...shape.dimensions.count) { return .known(operands[0]) }
      if case .vector = shape, order == nil || order == [1, 0] { return .known(.turned(id, shape)) }
    case .turned(let id, let shape) where order == nil || order == [1, 0]: return .known(.value(id, shape))
    default: break
    }
    throw attributes.refuse(
      "perm", "only a vector's features and batch, and dimensions of an image that are 1, can be exchanged")
  }

  /// Permuting dimensions of length 1 does not change the order of an image's numbers.
  private func exchangeOfSingleAxes(_ order: [Int]?) throws -> Reading? {
    guard case .value(let id, let shape)? = operands.first, case .image = shape else { return nil }
    let order = order ?? [3, 2, 1, 0]
    guard order.count == 4, order[0] == 0, Set(order) == [0, 1, 2, 3] else { return nil }
    let sizes = [0] + shape.dimensions
    let long = order.dropFirst().filter { sizes[$0] > 1 }
    guard long == long.sorted() else { return nil }
    let target = order.dropFirst().map { sizes[$0] }
    return reshaped(id, shape, to: .image(channels: target[0], height: target[1], width: target[2]))
  }
}
