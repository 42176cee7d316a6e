import FormulaNetworks
import Foundation

/// What ONNX Runtime computed, from the files beside Expected/make_expected.py.
enum ExpectedValues {
  struct AlexNet: Decodable {
    let lastAmplitude: Float
    let lastBias: [Float]
    let logits: [[Float]]
    let probabilities: [[Float]]
  }

  struct Operators: Decodable {
    let outputs: [[Float]]
  }

  static func alexNet(_ name: String) throws -> AlexNet {
    guard let net = try decode([String: AlexNet].self, "Architectures/alexnets.json")[name] else {
      throw CocoaError(.keyValueValidation)
    }
    return net
  }

  static func operators() throws -> [String: Operators] {
    try decode([String: Operators].self, "Operators/operators.json")
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: NetworkFiles.url(name)))
  }
}
