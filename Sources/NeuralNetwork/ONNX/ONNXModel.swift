/// The parts of an ONNX `ModelProto` that determine how to run it (onnx.ai, "Open Neural Network Exchange
/// Intermediate Representation"). Field numbers are those of the specification's `onnx.proto`.
struct ONNXModel: Sendable {
  /// The version of the default operator set.
  private(set) var opset = 0
  private(set) var metadata: [String: String] = [:]
  private(set) var graph = ONNXGraph()

  /// Operator sets whose definitions of the supported operators this engine follows.
  static let supportedOpsets = 7...28

  /// A model created here, with the newest operator definitions that it needs.
  init(metadata: [String: String], graph: ONNXGraph) {
    (opset, self.metadata, self.graph) = (17, metadata, graph)
  }

  init(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "ModelProto")
    var hasGraph = false
    while let field = try reader.next() {
      switch field.number {
      case 7:
        guard !hasGraph else { throw Self.malformed("it has two graphs") }
        hasGraph = true
        graph = try ONNXGraph(try field.bytes())
      case 8: try readOperatorSet(try field.bytes())
      case 14: try readMetadata(try field.bytes())
      case 25: throw ModelError.Problem.invalidGraph(reason: "it defines functions of its own; inline them")
      default: break
      }
    }
    guard hasGraph else { throw Self.malformed("it has no graph") }
    guard Self.supportedOpsets.contains(opset) else {
      throw ModelError.Problem.invalidGraph(
        reason: "operator set \(opset) is not one of \(Self.supportedOpsets); export for another one")
    }
  }

  private mutating func readOperatorSet(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "OperatorSetIdProto")
    var domain = ""
    var version = 0
    while let field = try reader.next() {
      switch field.number {
      case 1: domain = try field.text()
      case 2: version = try field.integer()
      default: break
      }
    }
    if domain.isEmpty || domain == "ai.onnx" { opset = version }
  }

  private mutating func readMetadata(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "metadata_props")
    var key = ""
    var value = ""
    while let field = try reader.next() {
      switch field.number {
      case 1: key = try field.text()
      case 2: value = try field.text()
      default: break
      }
    }
    guard metadata.count < ModelLimits.metadataEntries else {
      throw ModelError.Problem.tooLarge(
        what: "the number of metadata_props", value: metadata.count + 1, limit: ModelLimits.metadataEntries)
    }
    guard metadata.updateValue(value, forKey: key) == nil else {
      throw ModelError.Problem.malformed(part: "metadata_props", reason: "the key '\(key)' comes twice")
    }
  }

  private static func malformed(_ reason: String) -> ModelError.Problem {
    .malformed(part: "ModelProto", reason: reason)
  }
}
