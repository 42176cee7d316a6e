@testable import NeuralNetwork

/// Writes safetensors files, sound ones and others.
struct SafetensorsWriter {
  /// The header's members.
  var members: [String] = []
  var numbers: [UInt8] = []

  init(metadata: [String: String]) {
    let entries = metadata.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
    members.append("\"__metadata__\":{\(entries.joined(separator: ","))}")
  }

  mutating func tensor(_ name: String, _ shape: [Int], _ values: [Float]) {
    let start = numbers.count
    values.withUnsafeBytes { numbers.append(contentsOf: $0) }
    member(name, "F32", shape, start, numbers.count)
  }

  mutating func member(_ name: String, _ type: String, _ shape: [Int], _ start: Int, _ end: Int) {
    members.append("\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(start), \(end)]}")
  }

  var bytes: [UInt8] {
    let header = Array("{\(members.joined(separator: ",\n "))} ".utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + numbers
  }
}
