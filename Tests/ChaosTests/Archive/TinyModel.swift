import Foundation

/// A classifier of 32 × 32 patches whose answers depend on the pixels, and which takes a few milliseconds an
/// interferogram: were it faster, a sweep would be over before much can happen to it.
enum TinyModel {
  static let patchSize = 32

  static func write(to file: URL) throws {
    var random = SeededRandom(seed: 0x7157)
    func weights(_ count: Int, _ amplitude: Float) -> [Float] {
      (0..<count).map { _ in Float.random(in: -amplitude...amplitude, using: &random) }
    }
    var graph = ProtobufBytes()
    graph.tensor("w1", [128, 1, 5, 5], weights(3200, 0.3))
    graph.tensor("w2", [128, 128, 3, 3], weights(128 * 1152, 0.042))
    graph.tensor("w3", [4, 128, 3, 3], weights(4 * 1152, 0.057))
    graph.tensor("b", [128], weights(128, 0.1))
    graph.tensor("v", [2, 256], weights(512, 0.12))
    graph.node("Conv", "c1", ["input", "w1", "b"], strides: [1, 1])
    graph.node("Relu", "r1", ["c1"])
    graph.node("Conv", "c2", ["r1", "w2", "b"], strides: [1, 1])
    graph.node("Relu", "r2", ["c2"])
    graph.node("Conv", "c3", ["r2", "w3"], strides: [3, 3])
    graph.node("Relu", "r3", ["c3"])
    graph.node("Flatten", "f", ["r3"])
    graph.node("Gemm", "g", ["f", "v"], flag: "transB")
    graph.node("Softmax", "p", ["g"])
    graph.value(11, "input", [nil, 1, patchSize, patchSize])
    graph.value(12, "p", [nil, 2])
    var model = ProtobufBytes()
    model.integer(1, 8)
    model.data(7, graph.bytes)
    model.message(8) { $0.integer(2, 17) }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      model.message(14) { entry in
        entry.text(1, "volcsweep.\(key)")
        entry.text(2, value)
      }
    }
    try Data(model.bytes).write(to: file)
  }

  private static let metadata = [
    "name": "tiny", "version": "1", "input_size": "\(patchSize)", "channels": "1", "mean": "127.5",
    "scale": "0.01", "class_names": "background,deformation", "deformation_class": "deformation",
    "training_data": "none, weights at random",
  ]
}

/// As much of the protobuf wire format and of ONNX's messages as one small model needs.
struct ProtobufBytes {
  private(set) var bytes: [UInt8] = []

  private mutating func varint(_ value: Int) {
    var rest = UInt64(bitPattern: Int64(value))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func integer(_ field: Int, _ value: Int) {
    varint(field << 3)
    varint(value)
  }

  mutating func data(_ field: Int, _ value: [UInt8]) {
    varint(field << 3 | 2)
    varint(value.count)
    bytes += value
  }

  mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

  mutating func message(_ field: Int, _ write: (inout ProtobufBytes) -> Void) {
    var inner = ProtobufBytes()
    write(&inner)
    data(field, inner.bytes)
  }

  mutating func node(
    _ operation: String, _ name: String, _ inputs: [String], strides: [Int] = [], flag: String? = nil
  ) {
    message(1) { node in
      for input in inputs { node.text(1, input) }
      node.text(2, name)
      node.text(3, name)
      node.text(4, operation)
      if !strides.isEmpty {
        node.message(5) { attribute in
          attribute.text(1, "strides")
          for stride in strides { attribute.integer(8, stride) }
          attribute.integer(20, 7)
        }
      }
      if let flag {
        node.message(5) { attribute in
          attribute.text(1, flag)
          attribute.integer(3, 1)
          attribute.integer(20, 2)
        }
      }
    }
  }

  mutating func tensor(_ name: String, _ dimensions: [Int], _ values: [Float]) {
    message(5) { tensor in
      for dimension in dimensions { tensor.integer(1, dimension) }
      tensor.integer(2, 1)
      tensor.text(8, name)
      tensor.data(9, values.withUnsafeBytes { Array($0) })
    }
  }

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
}
