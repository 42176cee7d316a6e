import FormulaNetworks

@testable import NeuralNetwork

/// Small files written on the spot.
enum SmallModels {
  /// Metadata of a model with 8 × 8 patches and two classes.
  static let metadata = [
    "volcsweep.name": "small", "volcsweep.version": "1", "volcsweep.input_size": "8",
    "volcsweep.channels": "3", "volcsweep.mean": "100,110.5,120", "volcsweep.scale": "0.01,0.02,0.015",
    "volcsweep.class_names": "background,deformation", "volcsweep.deformation_class": "deformation",
    "volcsweep.training_data": "none, weights by formula",
  ]

  /// A convolution, then one layer to two classes; `extra` nodes may come between.
  ///
  /// The value "r" (4 × 4 × 4) is what `extra` reads, and `last` what it leaves for the flattening.
  static func classifier(
    metadata: [String: String] = metadata, opset: Int = 17, ending: String? = nil, last: String = "r",
    extra: (inout ONNXWriter) -> Void = { _ in }
  ) -> [UInt8] {
    ONNXWriter.model(opset: opset, metadata: metadata) { graph in
      graph.tensor("w", [4, 3, 3, 3], FormulaNumbers.uniform("small.w", count: 108))
      graph.tensor("b", [4], FormulaNumbers.uniform("small.b", count: 4))
      graph.tensor("v", [2, 64], FormulaNumbers.uniform("small.v", count: 128, amplitude: 0.2))
      graph.node(
        "Conv", "c", ["input", "w", "b"], ["strides": .integers([2, 2]), "pads": .integers([1, 1, 1, 1])])
      graph.node("Relu", "r", ["c"])
      extra(&graph)
      graph.node("Flatten", "f", [last])
      graph.node("Gemm", "g", ["f", "v"], ["transB": .integer(1)])
      if let ending { graph.node(ending, "p", ["g"]) }
      graph.value(11, "input", [nil, 3, 8, 8])
      graph.value(12, ending == nil ? "g" : "p", [nil, 2])
    }
  }

  /// The problem that reading the bytes ends in.
  static func problem(_ bytes: [UInt8]) -> ModelError.Problem? {
    do {
      _ = try ModelFile(bytes: bytes)
      return nil
    } catch let error as ModelError {
      return error.problem
    } catch {
      return .unreadable(reason: "not a ModelError: \(error)")
    }
  }
}
