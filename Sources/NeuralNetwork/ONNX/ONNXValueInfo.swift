/// An ONNX `ValueInfoProto` with a tensor type: a graph's input or output.
struct ONNXValueInfo: Sendable {
  private(set) var name = ""
  /// 0 if the file does not state it.
  private(set) var elementType = 0
  /// `nil` for a symbolic or unknown dimension; an absent shape is `nil` as a whole.
  private(set) var dimensions: [Int?]?

  /// A float value of any shape.
  init(name: String) { (self.name, elementType) = (name, ONNXTensor.floatType) }

  init(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "ValueInfoProto")
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.text()
      case 2: try readType(try field.bytes())
      default: break
      }
    }
  }

  private mutating func readType(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "TypeProto")
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var tensor = WireReader(try field.bytes(), message: "TypeProto.Tensor")
      while let part = try tensor.next() {
        switch part.number {
        case 1: elementType = try part.integer()
        case 2: try readShape(try part.bytes())
        default: break
        }
      }
    }
  }

  private mutating func readShape(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "TensorShapeProto")
    var shape: [Int?] = []
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      guard shape.count < ModelLimits.dimensions else {
        throw ModelError.Problem.tooLarge(
          what: "the number of dimensions of '\(name)'", value: shape.count + 1, limit: ModelLimits.dimensions)
      }
      var dimension = WireReader(try field.bytes(), message: "TensorShapeProto.Dimension")
      var value: Int?
      while let part = try dimension.next() {
        if part.number == 1 { value = try part.integer() }
      }
      shape.append(value)
    }
    dimensions = shape
  }
}
