import Foundation
import NeuralNetwork

/// ONNX model files: read, planned and, where that costs little, run.
enum ModelDecoder {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("NeuralNetworkTests/Expected")

  static func onnx() throws -> FuzzedDecoder {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".onnx") }
    let corpus = try names.sorted().map { [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))) }
    return FuzzedDecoder(name: "onnx", corpus: corpus, form: .protobuf) { bytes in
      let model = try ModelFile(bytes: bytes)
      let size = model.metadata.inputSize
      guard model.summary.megaflop < 2, size <= 64 else { return }
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
}
