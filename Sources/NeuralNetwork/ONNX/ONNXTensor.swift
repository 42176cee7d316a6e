/// An ONNX `TensorProto`. Its numbers stay in the file's bytes until a plan packs them.
package struct ONNXTensor: Sendable {
  private enum Contents: Sendable {
    case raw(ArraySlice<UInt8>)
    case floats([Float])
    case integers([Int])
  }

  /// Name in the graph, by which nodes refer to the tensor; may be empty.
  package private(set) var name = ""
  /// Sizes of the axes in the order of the file, slowest first, each at least 0; empty for a scalar.
  package private(set) var dimensions: [Int] = []
  /// Number of elements, the product of ``dimensions``; 1 for a scalar.
  package private(set) var count = 1
  private(set) var elementType = 0
  private var contents = Contents.raw([])

  static let floatType = 1
  static let integerType = 7

  /// ONNX's names of element types (TensorProto.DataType).
  static func typeName(_ type: Int) -> String {
    let names = [
      1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool",
      10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128", 16: "bfloat16",
      17: "float8e4m3fn", 18: "float8e4m3fnuz", 19: "float8e5m2", 20: "float8e5m2fnuz", 21: "uint4", 22: "int4",
    ]
    return names[type] ?? "of element type \(type)"
  }

  var typeName: String { Self.typeName(elementType) }

  /// The first number of a float tensor that is NaN or infinite.
  var firstNotFinite: (index: Int, value: Float)? {
    guard elementType == Self.floatType else { return nil }
    switch contents {
    case .floats(let floats): return Self.firstNotFinite(floats.count) { floats[$0] }
    case .integers: return nil
    case .raw(let bytes):
      return bytes.withUnsafeBytes { raw in
        Self.firstNotFinite(count) {
          Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
      }
    }
  }

  private static func firstNotFinite(_ count: Int, _ number: (Int) -> Float) -> (index: Int, value: Float)? {
    for index in 0..<count where !number(index).isFinite { return (index, number(index)) }
    return nil
  }

  /// A float tensor made here.
  package init(name: String, dimensions: [Int], floats: [Float]) {
    precondition(floats.count == dimensions.reduce(1, *))
    (self.name, self.dimensions, count, elementType) = (name, dimensions, floats.count, Self.floatType)
    contents = .floats(floats)
  }

  /// A float tensor whose little-endian data is part of a file.
  init(name: String, dimensions: [Int], raw: ArraySlice<UInt8>) {
    (self.name, self.dimensions, count, elementType) = (name, dimensions, raw.count / 4, Self.floatType)
    precondition(raw.count == 4 * dimensions.reduce(1, *))
    contents = .raw(raw)
  }

  init(_ bytes: ArraySlice<UInt8>) throws {
    var reader = WireReader(bytes, message: "TensorProto")
    var floats: [Float] = []
    var integers: [Int] = []
    var raw: ArraySlice<UInt8>?
    var isExternal = false
    while let field = try reader.next() {
      switch field.number {
      case 1: try field.append(to: &dimensions, limit: ModelLimits.dimensions)
      case 2: elementType = try field.integer()
      case 4: try field.append(to: &floats, limit: ModelLimits.tensorElements)
      case 5, 7: try field.append(to: &integers, limit: ModelLimits.tensorIntegers)
      case 8: name = try field.text()
      case 9: raw = try field.bytes()
      case 13: isExternal = true
      case 14: isExternal = try field.integer() != 0
      default: break
      }
    }
    guard !isExternal else {
      throw ModelError.Problem.invalidGraph(
        reason: "tensor '\(name)' is stored in another file; save the model with all data in one file")
    }
    guard let count = ModelLimits.product(dimensions, limit: ModelLimits.tensorElements) else {
      throw ModelError.Problem.malformed(
        part: "tensor '\(name)'",
        reason: "the dimensions \(dimensions) are negative or hold over \(ModelLimits.tensorElements) numbers")
    }
    self.count = count
    if let raw {
      guard floats.isEmpty, integers.isEmpty || raw.isEmpty else {
        throw ModelError.Problem.malformed(part: "tensor '\(name)'", reason: "its data are given twice")
      }
      contents = .raw(raw)
    } else {
      contents = elementType == Self.floatType ? .floats(floats) : .integers(integers)
    }
    try checkLength()
  }

  /// Unused types pass unchecked: a node that uses one is rejected later, by name.
  private func checkLength() throws {
    let stored: Int
    switch (contents, elementType) {
    case (.raw(let bytes), Self.floatType):
      stored = bytes.count % 4 == 0 ? bytes.count / 4 : -1
    case (.raw(let bytes), Self.integerType):
      stored = bytes.count % 8 == 0 ? bytes.count / 8 : -1
    case (.floats(let floats), Self.floatType): stored = floats.count
    case (.integers(let integers), Self.integerType): stored = integers.count
    default: return
    }
    guard stored == count else {
      throw ModelError.Problem.malformed(
        part: "tensor '\(name)'", reason: "its data do not hold the \(count) numbers of \(dimensions)")
    }
  }

  /// The numbers of a float tensor in the file's order.
  package func floats() -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { copyFloats(to: base) }
      initialized = count
    }
  }

  /// The same float tensor, without the file's bytes.
  func detached() -> ONNXTensor { ONNXTensor(name: name, dimensions: dimensions, floats: floats()) }

  /// Copies the `count` numbers of a float tensor to `target`.
  func copyFloats(to target: UnsafeMutablePointer<Float>) {
    precondition(elementType == Self.floatType, "the graph checked the element type")
    switch contents {
    case .raw(let bytes):
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: target, count: count * 4).copyMemory(from: $0) }
    case .floats(let floats):
      for (index, value) in floats.enumerated() { target[index] = value }
    case .integers: break
    }
  }

  /// For a boolean tensor: whether one of its numbers is true.
  var holdsTrue: Bool {
    switch contents {
    case .raw(let bytes): bytes.contains { $0 != 0 }
    case .integers(let integers): integers.contains { $0 != 0 }
    case .floats: false
    }
  }

  /// The numbers of an int64 tensor, or `nil` for another type.
  func integers() -> [Int]? {
    guard elementType == Self.integerType else { return nil }
    switch contents {
    case .integers(let integers): return integers
    case .floats: return nil
    case .raw(let bytes):
      return bytes.withUnsafeBytes { raw in
        (0..<count).map { Int(Int64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))) }
      }
    }
  }
}
