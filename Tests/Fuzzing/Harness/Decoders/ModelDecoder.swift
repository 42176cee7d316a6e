import Foundation
import NeuralNetwork

/// ONNX model files: read, planned and, where that costs little, run.
enum ModelDecoder {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("NeuralNetworkTests/Expected")

  static func onnx() throws -> FuzzedDecoder {
    let files = try ["Operators", "Trunks"].flatMap {
      try FileManager.default.contentsOfDirectory(
        at: folder.appendingPathComponent($0), includingPropertiesForKeys: nil)
    }
    // A seed stands for the same damage as long as these keep their order.
    let corpus = try files.filter { $0.pathExtension == "onnx" }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }.map { [UInt8](try Data(contentsOf: $0)) }
    return FuzzedDecoder(name: "onnx", corpus: corpus, form: .protobuf) { try use(ModelFile(bytes: $0)) }
  }

  /// Weights of a built-in network. A header that damage made longer or shorter is looked at with the right length as
  /// well: hardly any would be read otherwise.
  static let safetensors = FuzzedDecoder(
    name: "safetensors", corpus: SmallWeights.corpus,
    form: .bytes(
      words: TextDecoders.numbers + [
        "\"", "{", "}", "[", "]", ":", ",", "\\u0041", "\\uD800", "\\n", "\"F32\"", "\"F16\"", "\"BF16\"",
        "\"I64\"",
        "\"dtype\":", "\"shape\":", "\"data_offsets\":", "[0,4]", "[]", "[0]", "__metadata__", "{\"", "\":{",
        "18446744073709551615",
        "volcsweep.input_size", "volcsweep.architecture", "alexnet", "vgg16", "features.0.weight",
        "classifier.6.bias",
      ])
  ) { bytes in
    if let model = try? ModelFile(bytes: bytes) { return try use(model) }
    try use(ModelFile(bytes: SmallWeights.withItsHeadersLength(bytes)))
  }

  /// Runs what costs little.
  private static func use(_ model: ModelFile) throws {
    let size = model.metadata.inputSize
    guard model.summary.megaflop < 2, size <= 128 else { return }
    let classifier = try PatchClassifier(model: model, batchCapacity: 2)
    let gray = (0..<2 * size * size).map { Float($0 % 251) }
    var probabilities = [Float](repeating: -1, count: 2)
    gray.withUnsafeBufferPointer { gray in
      probabilities.withUnsafeMutableBufferPointer {
        classifier.classify(gray: gray, count: 2, probabilities: $0)
      }
    }
  }
}
