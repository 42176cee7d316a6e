/// An ONNX `NodeProto`: one operator, the names of its inputs and outputs, and its attributes.
struct ONNXNode: Sendable {
  private(set) var name = ""
  private(set) var operation = ""
  private(set) var domain = ""
  /// An empty name means an omitted optional input.
  private(set) var inputs: [String] = []
  private(set) var outputs: [String] = []
  private(set) var attributes: [ONNXAttribute] = []

  /// The node in error messages: its name, or its output if it has none.
  var label: String { name.isEmpty ? "writing '\(outputs.first ?? "")'" : "'\(name)'" }

  /// A node created here, named after its output.
  init(
    _ operation: String, _ name: String, _ inputs: [String], domain: String = "", attributes: [ONNXAttribute] = []
  ) {
    (self.name, self.operation, self.domain, self.inputs) = (name, operation, domain, inputs)
    (outputs, self.attributes) = ([name], attributes)
  }

  init(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "NodeProto")
    while let field = try reader.next() {
      switch field.number {
      case 1: inputs.append(try field.text())
      case 2: outputs.append(try field.text())
      case 3: name = try field.text()
      case 4: operation = try field.text()
      case 5:
        guard attributes.count < ModelLimits.attributesPerNode else {
          throw ModelError.Problem.tooLarge(
            what: "the number of attributes of node \(label)", value: attributes.count + 1,
            limit: ModelLimits.attributesPerNode)
        }
        attributes.append(try ONNXAttribute(try field.bytes()))
      case 7: domain = try field.text()
      default: break
      }
      guard inputs.count + outputs.count <= ModelLimits.namesPerNode else {
        throw ModelError.Problem.tooLarge(
          what: "the number of inputs and outputs of node \(label)", value: inputs.count + outputs.count,
          limit: ModelLimits.namesPerNode)
      }
    }
  }
}
