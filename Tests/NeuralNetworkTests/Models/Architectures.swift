import FormulaNetworks
import Foundation

@testable import NeuralNetwork

/// The papers' networks at an eighth of their width, from Expected/architectures.py.
struct Architecture: Decodable {
  let size: Int
  let tensors: [String: [Int]]
  /// What ONNX Runtime computes for three patches, by head, before a softmax.
  let heads: [String: [[Float]]]

  static func named(_ name: String) throws -> Architecture {
    let data = try Data(contentsOf: NetworkFiles.url("Architectures/architectures.json"))
    guard let found = try JSONDecoder().decode([String: Architecture].self, from: data)[name] else {
      throw CocoaError(.keyValueValidation)
    }
    return found
  }

  static let mean: [Float] = [123.675, 116.28, 103.53]
  static let scale: [Float] = [0.0171, 0.0175, 0.0174]

  /// architectures.py has the same rules.
  static func weights(_ network: String, _ name: String, _ shape: [Int]) -> [Float] {
    let numbers = FormulaNumbers.uniform("\(network).\(name)", count: shape.reduce(1, *))
    if shape.count > 1 {
      let amplitude = Float((6 / Double(shape.dropFirst().reduce(1, *))).squareRoot())
      return numbers.map { $0 * amplitude }
    }
    if name.hasSuffix(".running_var") { return numbers.map { abs($0) + 0.5 } }
    return numbers.map { name.hasSuffix(".weight") ? $0 * 0.25 + 1 : $0 * 0.25 }
  }

  func metadata(_ name: String, classes: Int) -> [String: String] {
    func list(_ numbers: [Float]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
    return [
      "volcsweep.name": name, "volcsweep.version": "1", "volcsweep.input_size": "\(size)",
      "volcsweep.channels": "3", "volcsweep.mean": list(Self.mean), "volcsweep.scale": list(Self.scale),
      "volcsweep.class_names": (0..<classes).map { "c\($0)" }.joined(separator: ","),
      "volcsweep.deformation_class": "c1", "volcsweep.training_data": "none, weights by formula",
      "volcsweep.class_output": "classes",
    ]
  }

  /// The exporter's graph with the weights filled in.
  func onnx(_ name: String, metadata: [String: String]? = nil) throws -> [UInt8] {
    let nodes = [UInt8](try Data(contentsOf: NetworkFiles.url("Architectures/\(name).graph")))
    let classes = heads["classes"]?.first?.count ?? 0
    return ONNXWriter.model(metadata: metadata ?? self.metadata(name, classes: classes)) { graph in
      graph.append(nodes)
      for (tensor, shape) in tensors.sorted(by: { $0.key < $1.key }) {
        graph.tensor(tensor, shape, Self.weights(name, tensor, shape))
      }
    }
  }
}
