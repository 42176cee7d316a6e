/// An ONNX `GraphProto`: nodes in the file's order, and the tensors stored with them.
struct ONNXGraph: Sendable {
  private(set) var nodes: [ONNXNode] = []
  private(set) var initializers: [ONNXTensor] = []
  private(set) var inputs: [ONNXValueInfo] = []
  private(set) var outputs: [ONNXValueInfo] = []

  init() {}

  init(nodes: [ONNXNode], initializers: [ONNXTensor], inputs: [ONNXValueInfo], outputs: [ONNXValueInfo]) {
    (self.nodes, self.initializers, self.inputs, self.outputs) = (nodes, initializers, inputs, outputs)
  }

  init(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "GraphProto")
    while let field = try reader.next() {
      switch field.number {
      case 1:
        guard nodes.count < ModelLimits.nodes else { throw tooMany("nodes", ModelLimits.nodes) }
        nodes.append(try ONNXNode(try field.bytes()))
      case 5:
        guard initializers.count < ModelLimits.initializers else {
          throw tooMany("initializers", ModelLimits.initializers)
        }
        initializers.append(try ONNXTensor(try field.bytes()))
      case 11:
        guard inputs.count < ModelLimits.initializers else { throw tooMany("inputs", ModelLimits.initializers) }
        inputs.append(try ONNXValueInfo(try field.bytes()))
      case 12:
        guard outputs.count < ModelLimits.nodes else { throw tooMany("outputs", ModelLimits.nodes) }
        outputs.append(try ONNXValueInfo(try field.bytes()))
      case 15:
        throw ModelError.Problem.invalidGraph(reason: "it has sparse initializers; export dense ones")
      default: break
      }
    }
  }

  private func tooMany(_ what: String, _ limit: Int) -> ModelError.Problem {
    .tooLarge(what: "the number of \(what)", value: limit + 1, limit: limit)
  }
}
