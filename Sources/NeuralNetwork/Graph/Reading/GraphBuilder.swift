/// Converts an ONNX graph to a ``Graph``: assigns a value or a constant to every name, infers shapes for the
/// one input size, and rejects what cannot be run.
struct GraphBuilder {
  private let opset: Int
  private var bindings: [String: NodeReader.Operand] = [:]
  private var layers: [Layer] = []
  private var names: Set<String> = []
  private var shapes: [PatchShape] = []

  /// `classOutput` names the output with the classes.
  ///
  /// - Throws: ``ModelError/Problem``.
  static func build(_ model: ONNXModel, inputSize: Int, channels: Int, classOutput: String) throws -> Graph {
    var builder = GraphBuilder(opset: model.opset)
    return try builder.build(model.graph, inputSize: inputSize, channels: channels, classOutput: classOutput)
  }

  private init(opset: Int) { self.opset = opset }

  private mutating func build(
    _ graph: ONNXGraph, inputSize: Int, channels: Int, classOutput: String
  ) throws -> Graph {
    for tensor in graph.initializers { try bind(tensor.name, to: .constant(tensor)) }
    let inputs = graph.inputs.filter { bindings[$0.name] == nil }
    guard inputs.count == 1, (1...ModelLimits.heads).contains(graph.outputs.count) else {
      throw ModelError.Problem.invalidGraph(
        reason: "it has \(inputs.count) inputs and \(graph.outputs.count) outputs, expected one input and at most "
          + "\(ModelLimits.heads) outputs")
    }
    let shape = PatchShape.image(channels: channels, height: inputSize, width: inputSize)
    try check(inputs[0], against: shape)
    try bind(inputs[0].name, to: .value(try newValue(shape, of: "the input"), shape))
    let batch = inputs[0].dimensions?.first.flatMap { $0 }
    for node in graph.nodes { try add(node, declaredBatch: batch) }
    var heads: [String: ValueID] = [:]
    for output in graph.outputs {
      guard output.elementType == 0 || output.elementType == ONNXTensor.floatType else {
        throw ModelError.Problem.invalidGraph(
          reason: "its output '\(output.name)' is \(ONNXTensor.typeName(output.elementType)), expected float32")
      }
      guard case .value(let value, _)? = bindings[output.name] else {
        throw ModelError.Problem.invalidGraph(reason: "no node writes its output '\(output.name)'")
      }
      guard heads.updateValue(value, forKey: output.name) == nil else {
        throw ModelError.Problem.invalidGraph(reason: "it has two outputs '\(output.name)'")
      }
    }
    guard let output = heads.removeValue(forKey: classOutput) else {
      throw ModelError.Problem.invalidGraph(reason: "it has no output '\(classOutput)'")
    }
    let result = Graph(layers: layers, shapes: shapes, output: output, otherHeads: heads)
    guard result.outputShape.count == result.outputShape.channels else {
      throw ModelError.Problem.invalidGraph(
        reason: "its output is \(result.outputShape), expected a vector of classes")
    }
    return result
  }

  private func check(_ input: ONNXValueInfo, against shape: PatchShape) throws {
    guard input.elementType == 0 || input.elementType == ONNXTensor.floatType else {
      throw ModelError.Problem.invalidGraph(
        reason: "its input '\(input.name)' is \(ONNXTensor.typeName(input.elementType)), expected float32")
    }
    guard let dimensions = input.dimensions else { return }
    let agrees =
      dimensions.count == 4
      && zip(dimensions.dropFirst(), shape.dimensions).allSatisfy { $0 == nil || $0 == 0 || $0 == $1 }
    guard agrees else {
      let text = dimensions.map { $0.map(String.init) ?? "?" }.joined(separator: " × ")
      throw ModelError.Problem.invalidGraph(
        reason: "its input is \(text), which is not batch × \(shape) as its metadata_props say")
    }
  }

  private mutating func add(_ node: ONNXNode, declaredBatch: Int?) throws {
    let operands: [NodeReader.Operand] = try node.inputs.map { name in
      if name.isEmpty { return .absent }
      guard let operand = bindings[name] else {
        throw ModelError.Problem.invalidGraph(
          reason: "node \(node.label) (\(node.operation)) reads '\(name)', which no node before it writes: "
            + "the nodes are out of order, in a circle, or one is missing")
      }
      return operand
    }
    var reader = try NodeReader(node, operands: operands, opset: opset, declaredBatch: declaredBatch)
    let reading = try reader.read()
    guard let name = node.outputs.first, !name.isEmpty else {
      throw reader.refuse("it writes nothing")
    }
    switch reading {
    case .known(let operand): try bind(name, to: operand)
    case .computed(let computes, let inputs, let shape, let isPlane):
      let output = try newValue(shape, of: "node \(node.label)")
      layers.append(
        Layer(
          name: ownName(node.name.isEmpty ? name : node.name), operation: node.operation, computes: computes,
          inputs: inputs, output: output))
      try bind(name, to: isPlane ? .plane(output, shape) : .value(output, shape))
    }
  }

  /// Files may give two nodes the same name; a plan must distinguish them.
  private mutating func ownName(_ name: String) -> String {
    let own = names.contains(name) ? "\(name) (\(layers.count))" : name
    names.insert(own)
    return own
  }

  private mutating func newValue(_ shape: PatchShape, of what: String) throws -> ValueID {
    let limit = ModelLimits.activationElements
    guard ModelLimits.product(shape.dimensions, limit: limit) != nil else {
      throw ModelError.Problem.invalidGraph(
        reason: "what \(what) holds per patch (\(shape)) is over \(limit) numbers")
    }
    shapes.append(shape)
    return shapes.count - 1
  }

  private mutating func bind(_ name: String, to binding: NodeReader.Operand) throws {
    guard bindings.updateValue(binding, forKey: name) == nil else {
      throw ModelError.Problem.invalidGraph(reason: "'\(name)' is written twice")
    }
  }
}
