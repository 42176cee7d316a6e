/// Interprets one ONNX node: its operator, its constants and the resulting shape. Operators are defined by the
/// ONNX operator documentation.
struct NodeReader {
  /// The meaning of a name in the file.
  enum Operand {
    case value(ValueID, PatchShape)
    /// One channel of an image, without the channel dimension.
    case plane(ValueID, PatchShape)
    /// A vector as features × batch.
    case turned(ValueID, PatchShape)
    case constant(ONNXTensor)
    case numbers(WholeNumbers)
    case absent
  }

  /// Result of reading a node.
  enum Reading {
    case computed(Operator, inputs: [ValueID], shape: PatchShape, isPlane: Bool = false)
    /// Nothing is computed: the node's output is another name for a known value.
    case known(Operand)
  }

  let node: ONNXNode
  let operands: [Operand]
  let opset: Int
  /// The input's batch dimension, if the file fixes it.
  let declaredBatch: Int?
  var attributes: NodeAttributes

  /// Domain of operators that ONNX does not have; used by the built-in networks.
  static let ownDomain = "volcsweep"

  init(_ node: ONNXNode, operands: [Operand], opset: Int, declaredBatch: Int?) throws {
    self.node = node
    self.operands = operands
    self.opset = opset
    self.declaredBatch = declaredBatch
    attributes = try NodeAttributes(node)
  }

  mutating func read() throws -> Reading {
    // Dropout's mask and the pooling's indices have no effect; other additional outputs belong to training.
    let further = node.outputs.dropFirst().first { !$0.isEmpty }
    if let further, !["Dropout", "MaxPool"].contains(node.operation) {
      throw refuse("it also writes '\(further)', which happens only in training; export the model for inference")
    }
    let reading: Reading
    switch node.domain {
    case "", "ai.onnx": reading = try readOperator()
    case Self.ownDomain where node.operation == "AdaptiveAveragePool": reading = try adaptiveAveragePool()
    default: throw refuse("operators of the domain '\(node.domain)' are not supported")
    }
    try attributes.finish()
    return reading
  }

  private mutating func readOperator() throws -> Reading {
    switch node.operation {
    case "Conv": try convolution()
    case "Gemm": try gemm()
    case "MatMul": try matrixMultiplication()
    case "BatchNormalization": try batchNormalisation()
    case "Add": try sum()
    case "Sub": try difference()
    case "Mul": try product()
    case "Div": try quotient()
    case "Clip": try clip()
    case "Concat": try concatenation()
    case "LRN": try localResponseNormalisation()
    case "MaxPool": try maxPool()
    case "AveragePool": try averagePool()
    case "GlobalAveragePool": try globalPool(.globalAveragePool)
    case "GlobalMaxPool": try globalPool(.globalMaxPool)
    case "ReduceMean": try reduction(.globalAveragePool)
    case "ReduceMax": try reduction(.globalMaxPool)
    case "Relu": try elementwise(.relu)
    case "Sigmoid": try elementwise(.sigmoid)
    case "Softmax": try softmax()
    case "Flatten": try flatten()
    case "Reshape": try reshape()
    case "Identity": try identity()
    case "Dropout": try dropout()
    case "Squeeze": try squeeze()
    case "Unsqueeze": try unsqueeze()
    case "Transpose": try transpose()
    case "Constant": try constant()
    case "Shape": try shape()
    case "Gather": try gather()
    case "Slice": try slice()
    case "Cast": try cast()
    default: throw refuse("the operator is not supported")
    }
  }

  func refuse(_ reason: String) -> ModelError.Problem {
    .unsupported(node: node.label, operation: node.operation, attribute: nil, reason: reason)
  }

  /// The value at a required input.
  func value(_ index: Int) throws -> (id: ValueID, shape: PatchShape) {
    guard index < operands.count, case .value(let id, let shape) = operands[index] else {
      throw refuse("its input \(index) is missing or constant, expected one computed from the image")
    }
    return (id, shape)
  }

  /// The image at a required input.
  func image(_ index: Int) throws -> (id: ValueID, channels: Int, height: Int, width: Int) {
    let (id, shape) = try value(index)
    guard case .image(let channels, let height, let width) = shape else {
      throw refuse("its input \(index) is a vector of \(shape), expected an image")
    }
    return (id, channels, height, width)
  }

  /// The float tensor at an input, whose numbers must be finite; `nil` if the input is omitted.
  func finiteConstant(_ index: Int) throws -> ONNXTensor? {
    guard let tensor = try constant(index) else { return nil }
    if let bad = tensor.firstNotFinite {
      throw refuse(
        "number \(bad.index) of '\(tensor.name)' is \(bad.value); the model's weights are damaged, or its training "
          + "failed: export it again")
    }
    return tensor
  }

  /// The float tensor at an input; `nil` if the input is omitted.
  func constant(_ index: Int) throws -> ONNXTensor? {
    guard index < operands.count else { return nil }
    switch operands[index] {
    case .absent: return nil
    case .value, .plane, .turned:
      throw refuse("its input \(index) is computed from the image, expected a constant")
    case .numbers: throw refuse("its input \(index) is made of whole numbers, expected float32")
    case .constant(let tensor):
      guard tensor.elementType == ONNXTensor.floatType else {
        throw refuse("'\(tensor.name)' is \(tensor.typeName), expected float32; export the model as float32")
      }
      return tensor
    }
  }

  /// A float tensor with exactly `count` numbers along one dimension.
  func channelConstant(_ index: Int, count: Int) throws -> [Float] {
    guard let tensor = try finiteConstant(index) else { throw refuse("its input \(index) is missing") }
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
