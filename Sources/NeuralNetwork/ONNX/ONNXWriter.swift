/// Writes the few ONNX messages that models are made of, in the protobuf wire format; as ``WireReader`` without
/// swift-protobuf, whose messages would hold a second copy of all weights.
struct ONNXWriter {
  private(set) var bytes: [UInt8] = []

  /// Appends encoded fields.
  mutating func append(_ fields: [UInt8]) { bytes += fields }

  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func integer(_ field: Int, _ value: Int) {
    varint(UInt64(field << 3))
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func float(_ field: Int, _ value: Float) {
    varint(UInt64(field << 3 | 5))
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
    }
  }

  mutating func data(_ field: Int, _ value: some Collection<UInt8>) {
    varint(UInt64(field << 3 | 2))
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

  mutating func message(_ field: Int, _ write: (inout ONNXWriter) -> Void) {
    var inner = ONNXWriter()
    write(&inner)
    data(field, inner.bytes)
  }

  // MARK: - ONNX's messages

  enum Attribute {
    case integer(Int)
    case float(Float)
    case integers([Int])
    case text(String)
  }

  /// A `NodeProto` in a `GraphProto`, named after its output unless it has a name of its own.
  mutating func node(
    _ operation: String, _ name: String, _ inputs: [String],
    _ attributes: KeyValuePairs<String, Attribute> = [:], output: String? = nil, domain: String = ""
  ) {
    node(operation, name, inputs, attributes.map { ($0.key, $0.value) }, output: output, domain: domain)
  }

  mutating func node(
    _ operation: String, _ name: String, _ inputs: [String], _ attributes: [(String, Attribute)],
    output: String? = nil, domain: String = ""
  ) {
    message(1) { node in
      for input in inputs { node.text(1, input) }
      node.text(2, output ?? name)
      node.text(3, name)
      node.text(4, operation)
      for (name, value) in attributes { node.attribute(name, value) }
      if !domain.isEmpty { node.text(7, domain) }
    }
  }

  private mutating func attribute(_ name: String, _ value: Attribute) {
    message(5) { attribute in
      attribute.text(1, name)
      switch value {
      case .float(let value):
        attribute.float(2, value)
        attribute.integer(20, 1)
      case .integer(let value):
        attribute.integer(3, value)
        attribute.integer(20, 2)
      case .text(let value):
        attribute.text(4, value)
        attribute.integer(20, 3)
      case .integers(let values):
        for value in values { attribute.integer(8, value) }
        attribute.integer(20, 7)
      }
    }
  }

  /// A float `TensorProto` with raw data in a `GraphProto`.
  mutating func tensor(_ name: String, _ dimensions: [Int], _ values: [Float]) {
    var header = ONNXWriter()
    for dimension in dimensions { header.integer(1, dimension) }
    header.integer(2, 1)
    header.text(8, name)
    header.varint(9 << 3 | 2)
    header.varint(UInt64(values.count * 4))
    varint(5 << 3 | 2)
    varint(UInt64(header.bytes.count + values.count * 4))
    bytes.append(contentsOf: header.bytes)
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Integers as a `TensorProto` in a `GraphProto`.
  mutating func integers(_ name: String, _ values: [Int]) {
    message(5) { tensor in
      tensor.integer(1, values.count)
      tensor.integer(2, ONNXTensor.integerType)
      for value in values { tensor.integer(7, value) }
      tensor.text(8, name)
    }
  }

  /// A float `ValueInfoProto`; `nil` means an unknown dimension.
  mutating func value(_ field: Int, _ name: String, _ dimensions: [Int?]) {
    message(field) { info in
      info.text(1, name)
      info.message(2) { type in
        type.message(1) { tensor in
          tensor.integer(1, 1)
          tensor.message(2) { shape in
            for dimension in dimensions {
              shape.message(1) { part in
                if let dimension { part.integer(1, dimension) } else { part.text(2, "batch") }
              }
            }
          }
        }
      }
    }
  }

  /// A complete `ModelProto` for a graph, with the operator set versions that it uses.
  static func model(
    opset: Int = 17, domains: [String] = [], metadata: [String: String], graph: (inout ONNXWriter) -> Void
  ) -> [UInt8] {
    var model = ONNXWriter()
    model.integer(1, 8)
    model.message(7, graph)
    model.message(8) { $0.integer(2, opset) }
    for domain in domains {
      model.message(8) { set in
        set.text(1, domain)
        set.integer(2, 1)
      }
    }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      model.message(14) { entry in
        entry.text(1, key)
        entry.text(2, value)
      }
    }
    return model.bytes
  }
}
