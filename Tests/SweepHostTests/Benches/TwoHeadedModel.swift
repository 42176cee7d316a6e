import Foundation

@testable import NeuralNetwork

/// A network that tells of a 32 × 32 patch how bright it is, and a box that moves with the brightness, so that both are
/// known without it: of a mean gray m, 0…1, the probability is 1 / (1 + exp(−12 (m − 0.5))), the box's centre lies at m
/// and 0.25 + m / 2 of the side, and its half-height and half-width are a quarter and an eighth of it.
enum TwoHeadedModel {
  static let side = 32

  static func write(to file: URL) throws {
    let bytes = ONNXWriter.model(metadata: metadata) { graph in
      graph.node("GlobalAveragePool", "mean", ["input"])
      graph.node("Flatten", "flat", ["mean"])
      graph.tensor("class.weights", [2, 1], [0, 12])
      graph.tensor("class.bias", [2], [0, -6])
      graph.node("Gemm", "classes", ["flat", "class.weights", "class.bias"], ["transB": .integer(1)])
      graph.node("Softmax", "probabilities", ["classes"])
      graph.tensor("box.weights", [4, 1], [1, 0.5, 0, 0])
      graph.tensor("box.bias", [4], [0, 0.25, 0.25, 0.125])
      graph.node("Gemm", "location", ["flat", "box.weights", "box.bias"], ["transB": .integer(1)])
      graph.value(11, "input", [nil, 1, side, side])
      graph.value(12, "probabilities", [nil, 2])
      graph.value(12, "location", [nil, 4])
    }
    try Data(bytes).write(to: file)
  }

  /// What it says of a patch.
  static func answer(toMean mean: Double) -> (probability: Double, location: [Double]) {
    (1 / (1 + exp(-12 * (mean - 0.5))), [mean, 0.25 + mean / 2, 0.25, 0.125])
  }

  private static let metadata = [
    "volcsweep.name": "two heads", "volcsweep.version": "1", "volcsweep.input_size": "\(side)",
    "volcsweep.channels": "1", "volcsweep.mean": "0", "volcsweep.scale": "\(1.0 / 255)",
    "volcsweep.class_names": "background,deformation", "volcsweep.deformation_class": "deformation",
    "volcsweep.class_output": "probabilities", "volcsweep.training_data": "none",
  ]
}
