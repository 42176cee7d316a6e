import Foundation

/// Networks as ONNX files, and what ONNX Runtime computes with them: Tests/NeuralNetworkTests/Expected/make_expected.py
/// writes them.
package enum NetworkFiles {
  /// A file by its path from that folder on, such as `Operators/operators.json`.
  package static func url(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "NeuralNetworkTests/Expected").appending(path: path)
  }

  /// A network that shows operators, such as `residual`.
  package static func operators(_ name: String) -> URL { url("Operators/\(name).onnx") }

  /// A network whose layers overlapping patches share: `small_sweep` or `first_block`.
  package static func trunk(_ name: String) -> URL { url("Trunks/\(name).onnx") }

  /// A network that also tells where a source is, and makes an embedding.
  package static let sides = url("Sides/two_signs.onnx")

  /// The model that the program brings along.
  package static let shipped = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/volcsweep/DefaultModel/default-model.onnx").standardized
}
