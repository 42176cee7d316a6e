import Foundation

@testable import NeuralNetwork

/// A classifier of 32 × 32 patches whose answers depend on the pixels, and which takes a few milliseconds an
/// interferogram: were it faster, a sweep would be over before much can happen to it.
enum TinyModel {
  static let patchSize = 32

  static func write(to file: URL) throws {
    var random = SeededRandom(seed: 0x7157)
    func weights(_ count: Int, _ amplitude: Float) -> [Float] {
      (0..<count).map { _ in Float.random(in: -amplitude...amplitude, using: &random) }
    }
    let bytes = ONNXWriter.model(metadata: metadata) { graph in
      graph.tensor("w1", [128, 1, 5, 5], weights(3200, 0.3))
      graph.tensor("w2", [128, 128, 3, 3], weights(128 * 1152, 0.042))
      graph.tensor("w3", [4, 128, 3, 3], weights(4 * 1152, 0.057))
      graph.tensor("b", [128], weights(128, 0.1))
      graph.tensor("v", [2, 256], weights(512, 0.12))
      graph.node("Conv", "c1", ["input", "w1", "b"])
      graph.node("Relu", "r1", ["c1"])
      graph.node("Conv", "c2", ["r1", "w2", "b"])
      graph.node("Relu", "r2", ["c2"])
      graph.node("Conv", "c3", ["r2", "w3"], ["strides": .integers([3, 3])])
      graph.node("Relu", "r3", ["c3"])
      graph.node("Flatten", "f", ["r3"])
      graph.node("Gemm", "g", ["f", "v"], ["transB": .integer(1)])
      graph.node("Softmax", "p", ["g"])
      graph.value(11, "input", [nil, 1, patchSize, patchSize])
      graph.value(12, "p", [nil, 2])
    }
    try Data(bytes).write(to: file)
  }

  private static let metadata = [
    "volcsweep.name": "tiny", "volcsweep.version": "1", "volcsweep.input_size": "\(patchSize)",
    "volcsweep.channels": "1", "volcsweep.mean": "127.5", "volcsweep.scale": "0.01",
    "volcsweep.class_names": "background,deformation", "volcsweep.deformation_class": "deformation",
    "volcsweep.training_data": "none, weights at random",
  ]
}
