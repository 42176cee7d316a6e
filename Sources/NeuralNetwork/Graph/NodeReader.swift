/// Understands one ONNX node: which operator, with which constants, making which shape. The operators'
/// definitions are those of the ONNX operator documentation.
struct NodeReader {
  enum Operand {
    case value(ValueID, PatchShape)
    case constant(ONNXTensor)
    case absent
  }

  /// What a node comes to.
  enum Reading {
    case computed(Operator, inputs: [ValueID], shape: PatchShape)
    /// The node passes a value on as it is.
    case same(ValueID)
    case constant(ONNXTensor)
  }

  let node: ONNXNode
  let operands: [Operand]
  let opset: Int
  /// The input's batch dimension where the file fixes it.
  let declaredBatch: Int?
  var attributes: NodeAttributes

  init(_ node: ONNXNode, operands: [Operand], opset: Int, declaredBatch: Int?) throws {
    self.node = node
    self.operands = operands
    self.opset = opset
    self.declaredBatch = declaredBatch
    attributes = try NodeAttributes(node)
  }

  mutating func read() throws -> Reading {
    guard node.domain.isEmpty || node.domain == "ai.onnx" else {
      throw refuse("operators of the domain '\(node.domain)' are not supported")
    }
    let reading = try readOperator()
    try attributes.finish()
    return reading
  }

  private mutating func readOperator() throws -> Reading {
    switch node.operation {
    case "Conv": try convolution()
    case "Gemm": try gemm()
    case "MatMul": try matrixProduct()
    case "BatchNormalization": try batchNormalisation()
    case "Add": try addition()
    case "Concat": try concatenation()
    case "LRN": try localResponseNormalisation()
    case "MaxPool": try maxPool()
    case "AveragePool": try averagePool()
    case "GlobalAveragePool": try globalAveragePool()
    case "Relu": try elementwise(.relu)
    case "Sigmoid": try elementwise(.sigmoid)
    case "Softmax": try softmax()
    case "Flatten": try flatten()
    case "Reshape": try reshape()
    case "Identity": try identity()
    case "Dropout": try dropout()
    case "Constant": try constant()
    default: throw refuse("this engine has no such operator")
    }
  }

  func refuse(_ reason: String) -> ModelError.Problem {
    .unsupported(node: node.label, operation: node.operation, attribute: nil, reason: reason)
  }

  /// The value at an input, which the node needs.
  func value(_ index: Int) throws -> (id: ValueID, shape: PatchShape) {
    guard index < operands.count, case .value(let id, let shape) = operands[index] else {
      throw refuse("its input \(index) is missing or constant, expected one computed from the image")
    }
    return (id, shape)
  }

  /// The value at an input, which must be an image.
  func image(_ index: Int) throws -> (id: ValueID, channels: Int, height: Int, width: Int) {
    let (id, shape) = try value(index)
    guard case .image(let channels, let height, let width) = shape else {
      throw refuse("its input \(index) is a vector of \(shape), expected an image")
    }
    return (id, channels, height, width)
  }

  /// The float tensor at an input; `nil` where the input is left out.
  func constant(_ index: Int) throws -> ONNXTensor? {
    guard index < operands.count else { return nil }
    switch operands[index] {
    case .absent: return nil
    case .value: throw refuse("its input \(index) is computed from the image, expected a constant")
    case .constant(let tensor):
      guard tensor.elementType == ONNXTensor.floatType else {
        throw refuse("'\(tensor.name)' has element type \(tensor.elementType), expected 1; export as float32")
      }
      return tensor
    }
  }

  /// A float tensor with exactly `count` numbers along one dimension.
  func channelConstant(_ index: Int, count: Int) throws -> [Float] {
    guard let tensor = try constant(index) else { throw refuse("its input \(index) is missing") }
    guard tensor.dimensions == [count] else {
      throw refuse("'\(tensor.name)' has dimensions \(tensor.dimensions), expected [\(count)]")
    }
    return tensor.floats()
  }

  func checkOperandCount(_ range: ClosedRange<Int>) throws {
    guard range.contains(operands.count) else {
      throw refuse("it has \(operands.count) inputs, expected \(range)")
    }
  }
}
