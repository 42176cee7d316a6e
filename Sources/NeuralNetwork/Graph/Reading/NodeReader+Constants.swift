/// Constants, and the shape arithmetic that exporters leave in a graph, which is evaluated here.
extension NodeReader {
  /// The integers at a required input.
  func wholeNumbers(_ index: Int) throws -> WholeNumbers {
    guard index < operands.count else { throw refuse("its input \(index) is missing") }
    switch operands[index] {
    case .numbers(let numbers): return numbers
    case .constant(let tensor):
      if let numbers = WholeNumbers(tensor) { return numbers }
    default: break
    }
    throw refuse("its input \(index) is not a constant list of int64 numbers")
  }

  /// Whether the node computes with shapes.
  var isAboutNumbers: Bool {
    switch operands.first {
    case .numbers?: return true
    case .constant(let tensor)?: return tensor.elementType == ONNXTensor.integerType
    default: return false
    }
  }

  mutating func constant() throws -> Reading {
    try checkOperandCount(0...0)
    if let tensor = try attributes.tensor("value") { return .known(.constant(tensor)) }
    if let numbers = try attributes.list("value_ints") { return .known(.numbers(WholeNumbers(values: numbers))) }
    if attributes.holds("value_int") {
      let number = try attributes.integer("value_int", default: 0)
      return .known(.numbers(WholeNumbers(values: [number], isScalar: true)))
    }
    if attributes.holds("value_float") {
      let number = try attributes.float("value_float", default: 0)
      return .known(.constant(ONNXTensor(name: node.label, dimensions: [], floats: [number])))
    }
    throw attributes.refuse("value", "it is missing, and other forms of constants are not supported")
  }

  mutating func shape() throws -> Reading {
    try checkOperandCount(1...1)
    let (_, shape) = try value(0)
    let values: [Int?] = [declaredBatch] + shape.dimensions
    let start = try attributes.integer("start", default: 0)
    let end = try attributes.integer("end", default: values.count)
    return .known(.numbers(WholeNumbers(values: Self.part(of: values, from: start, to: end))))
  }

  mutating func gather() throws -> Reading {
    try checkOperandCount(2...2)
    let axis = try attributes.integer("axis", default: 0)
    let indices = try wholeNumbers(1)
    if isAboutNumbers {
      let numbers = try wholeNumbers(0).values
      guard axis == 0 || axis == -1 else { throw attributes.refuse("axis", "a list has one axis") }
      let chosen = try indices.values.map { numbers[try position($0, among: numbers.count)] }
      return .known(.numbers(WholeNumbers(values: chosen, isScalar: indices.isScalar)))
    }
    let input = try image(0)
    guard axis == 1 || axis == -3 else { throw attributes.refuse("axis", "only channels can be gathered") }
    let channels = try indices.values.map { try position($0, among: input.channels) }
    guard channels.count <= Self.largestPick / input.channels else {
      throw refuse("it picks \(channels.count) of \(input.channels) channels, which are too many")
    }
    // A convolution that selects channels needs no kernel of its own, and is fused into the next layer.
    var picks = [Float](repeating: 0, count: channels.count * input.channels)
    for (row, channel) in channels.enumerated() { picks[row * input.channels + channel] = 1 }
    let weights = ONNXTensor(name: node.label, dimensions: [channels.count, input.channels, 1, 1], floats: picks)
    return .computed(
      .convolution(
        window: .pointwise(height: input.height, width: input.width), groups: 1, weights: weights, bias: nil),
      inputs: [input.id], shape: .image(channels: channels.count, height: input.height, width: input.width),
      isPlane: indices.isScalar)
  }

  private static let largestPick = 1 << 20

  private func position(_ index: Int?, among count: Int) throws -> Int {
    guard let index, (-count..<count).contains(index) else {
      throw refuse("its index \(index.map(String.init) ?? "batch") is not within 0…\(count - 1)")
    }
    return index < 0 ? index + count : index
  }

  mutating func slice() throws -> Reading {
    guard isAboutNumbers else { throw refuse("only shapes can be sliced") }
    let numbers = try wholeNumbers(0).values
    var starts = try attributes.list("starts")
    var ends = try attributes.list("ends")
    _ = try attributes.list("axes")
    if operands.count > 1 {
      try checkOperandCount(3...5)
      starts = try wholeNumbers(1).values.compactMap { $0 }
      ends = try wholeNumbers(2).values.compactMap { $0 }
      if operands.count == 5, try wholeNumbers(4).values != [1] { throw refuse("its step is not 1") }
    }
    guard let starts, let ends, starts.count == 1, ends.count == 1 else { throw refuse("a list has one axis") }
    return .known(.numbers(WholeNumbers(values: Self.part(of: numbers, from: starts[0], to: ends[0]))))
  }

  private static func part(of values: [Int?], from start: Int, to end: Int) -> [Int?] {
    func inside(_ index: Int) -> Int { min(max(index < 0 ? index + values.count : index, 0), values.count) }
    let first = inside(start)
    return Array(values[first..<max(first, inside(end))])
  }

  mutating func cast() throws -> Reading {
    try checkOperandCount(1...1)
    attributes.ignore("saturate")
    let type = try attributes.integer("to", default: 0)
    if isAboutNumbers {
      guard type == ONNXTensor.integerType else { throw attributes.refuse("to", "a shape stays int64") }
      return .known(.numbers(try wholeNumbers(0)))
    }
    guard type == ONNXTensor.floatType else { throw attributes.refuse("to", "values stay float32") }
    return .known(operands[0])
  }

  func joinedNumbers(axis: Int) throws -> Reading {
    guard axis == 0 || axis == -1 else { throw attributes.refuse("axis", "lists have one axis") }
    let values = try operands.indices.flatMap { try wholeNumbers($0).values }
    guard values.count <= WholeNumbers.limit else { throw refuse("a shape cannot have \(values.count) dimensions") }
    return .known(.numbers(WholeNumbers(values: values)))
  }

  /// Two lists of one length, or a list and one number.
  func calculated(_ combine: (Int, Int) -> (Int, overflow: Bool)) throws -> Reading {
    let (first, second) = (try wholeNumbers(0), try wholeNumbers(1))
    let count = max(first.values.count, second.values.count)
    guard [1, count].contains(first.values.count), [1, count].contains(second.values.count) else {
      throw refuse("\(first) and \(second) have different lengths")
    }
    let values = try (0..<count).map { index in
      guard let one = first.values[first.values.count == 1 ? 0 : index],
        let other = second.values[second.values.count == 1 ? 0 : index]
      else { throw refuse("it calculates with the batch's size, which is not fixed") }
      let (result, overflow) = combine(one, other)
      guard !overflow else { throw refuse("\(first) and \(second) have no such result") }
      return result
    }
    return .known(.numbers(WholeNumbers(values: values, isScalar: first.isScalar && second.isScalar)))
  }
}
