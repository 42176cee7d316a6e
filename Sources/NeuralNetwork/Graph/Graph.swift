/// A value that flows through the network, numbered in the order of its making; 0 is the input.
typealias ValueID = Int

/// One node that computes something, with what it reads and writes.
struct Layer: Sendable {
  let name: String
  /// The ONNX operator's name.
  let operation: String
  let computes: Operator
  let inputs: [ValueID]
  let output: ValueID
}

/// A network from one image to one vector: checked, in an order in which it can run, every shape known.
struct Graph: Sendable {
  let layers: [Layer]
  /// By value.
  let shapes: [PatchShape]
  let output: ValueID

  static let input: ValueID = 0

  var inputShape: PatchShape { shapes[Self.input] }
  var outputShape: PatchShape { shapes[output] }

  /// The layers that read a value, in order.
  func readers(of value: ValueID) -> [Int] {
    layers.indices.filter { layers[$0].inputs.contains(value) }
  }
}
