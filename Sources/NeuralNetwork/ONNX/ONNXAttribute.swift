/// An ONNX `AttributeProto`.
struct ONNXAttribute: Sendable {
  enum Value: Sendable {
    case float(Float)
    case integer(Int)
    case text(String)
    case tensor(ONNXTensor)
    case floats([Float])
    case integers([Int])
    /// Graphs, strings, sparse tensors, types: not read by any supported operator.
    case other
  }

  private(set) var name = ""
  private(set) var value = Value.other

  init(name: String, value: Value) { (self.name, self.value) = (name, value) }

  init(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "AttributeProto")
    var declaredType: Int?
    var found = Found()
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.text()
      case 20: declaredType = try field.integer()
      default: try found.read(field)
      }
    }
    value = found.value(declaredType: declaredType)
  }

  /// The fields that may hold the value; `type` determines which one does.
  private struct Found {
    var float: Float = 0
    var integer = 0
    var text = ""
    var tensor: ONNXTensor?
    var floats: [Float] = []
    var integers: [Int] = []
    var lastNumber = 0
    var isReference = false

    mutating func read(_ field: WireReader.Field) throws {
      switch field.number {
      case 2: float = try field.float()
      case 3: integer = try field.integer()
      case 4: text = String(decoding: try field.bytes().prefix(ModelLimits.textBytes), as: UTF8.self)
      case 5: tensor = try ONNXTensor(try field.bytes())
      case 7: try field.append(to: &floats, limit: ModelLimits.textBytes)
      case 8: try field.append(to: &integers, limit: ModelLimits.textBytes)
      case 21: isReference = true
      case 6, 9, 10, 11, 14, 15, 22, 23: break
      default: return
      }
      lastNumber = field.number
    }

    /// In files older than the required `type` field, the kind follows from the field that is present.
    func value(declaredType: Int?) -> Value {
      if isReference { return .other }
      let fieldOfType = [1: 2, 2: 3, 3: 4, 4: 5, 6: 7, 7: 8]
      let carrier = declaredType.map { fieldOfType[$0] ?? 0 } ?? lastNumber
      switch carrier {
      case 2: return .float(float)
      case 3: return .integer(integer)
      case 4: return .text(text)
      case 5: return tensor.map { .tensor($0) } ?? .other
      case 7: return .floats(floats)
      case 8: return .integers(integers)
      default: return .other
      }
    }
  }
}
