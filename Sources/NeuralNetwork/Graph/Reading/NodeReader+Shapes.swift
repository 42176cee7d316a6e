/// Operators that move no number, or only change the layout of numbers.
extension NodeReader {
  mutating func flatten() throws -> Reading {
    try checkOperandCount(1...1)
    let (id, shape) = try value(0)
    let axis = try attributes.integer("axis", default: 1)
    guard axis == 1 || axis == -shape.dimensions.count else {
      throw attributes.refuse("axis", "\(axis) would mix the patches of a batch")
    }
    return reshaped(id, shape, to: .vector(shape.count))
  }

  mutating func reshape() throws -> Reading {
    try checkOperandCount(2...2)
    let (id, shape) = try value(0)
    let keepsZeros = try attributes.integer("allowzero", default: 0) != 0
    let numbers = try wholeNumbers(1)
    guard let first = numbers.values.first,
      first == nil || first == -1 || first == 1 || first == declaredBatch || (first == 0 && !keepsZeros)
    else { throw refuse("its shape \(numbers) does not keep the batch as the first dimension") }
    let batch = first ?? 0
    var patch = numbers.values.dropFirst().compactMap { $0 }
    guard patch.count == numbers.values.count - 1 else {
      throw refuse("its shape \(numbers) has the batch among a patch's dimensions")
    }
    let sizes = [batch] + patch
    for index in patch.indices where patch[index] == 0 && !keepsZeros {
      guard index < shape.dimensions.count else { throw refuse("its shape \(sizes) copies a dimension too many") }
      patch[index] = shape.dimensions[index]
    }
    if let open = patch.firstIndex(of: -1) {
      guard batch != -1 else { throw refuse("its shape \(sizes) leaves two dimensions open") }
      patch[open] = 1
      guard let rest = ModelLimits.product(patch, limit: shape.count), rest > 0, shape.count % rest == 0 else {
        throw refuse("its shape \(sizes) does not hold the \(shape.count) numbers of its input")
      }
      patch[open] = shape.count / rest
    }
    guard ModelLimits.product(patch, limit: shape.count) == shape.count else {
      throw refuse("its shape \(sizes) does not hold the \(shape.count) numbers of its input")
    }
    switch patch.count {
    case 1: return reshaped(id, shape, to: .vector(patch[0]))
    case 3: return reshaped(id, shape, to: .image(channels: patch[0], height: patch[1], width: patch[2]))
    default: throw refuse("its shape \(sizes) is neither batch × features nor batch × channels × height × width")
    }
  }

  /// The layout in memory only changes if an image has several channels and several pixels.
  func reshaped(_ id: ValueID, _ shape: PatchShape, to target: PatchShape) -> Reading {
    shape == target ? .known(.value(id, shape)) : .computed(.reshape, inputs: [id], shape: target)
  }

  func identity() throws -> Reading {
    try checkOperandCount(1...1)
    return try passedOn()
  }

  mutating func dropout() throws -> Reading {
    try checkOperandCount(1...3)
    attributes.ignore("ratio")
    attributes.ignore("seed")
    // Since operator set 12 it is an input, false or absent for inference.
    if operands.count == 3 {
      switch operands[2] {
      case .absent: break
      case .constant(let mode) where !mode.holdsTrue: break
      default: throw refuse("its training_mode is on; export the model for inference")
      }
    }
    return try passedOn()
  }

  private func passedOn() throws -> Reading {
    if case .absent = operands[0] { throw refuse("it has no input") }
    return .known(operands[0])
  }
}
