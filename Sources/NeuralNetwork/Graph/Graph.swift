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

/// A network from one image to a vector of classes, and perhaps more: checked, in an order in which it can run, every shape known.
struct Graph: Sendable {
  let layers: [Layer]
  /// By value.
  let shapes: [PatchShape]
  /// What tells the classes.
  let output: ValueID
  /// What else the network says, by the outputs' names in the file.
  var otherHeads: [String: ValueID] = [:]

  static let input: ValueID = 0

  var inputShape: PatchShape { shapes[Self.input] }
  var outputShape: PatchShape { shapes[output] }
  /// What else it says, by name.
  var headNames: [String] { otherHeads.keys.sorted() }

  /// The layers that lead to the class head and some of the others; all shapes stay.
  func reduced(toHeads heads: [String]) -> Graph {
    let kept = otherHeads.filter { heads.contains($0.key) }
    var needed = Set(kept.values).union([output])
    var layers: [Layer] = []
    for layer in self.layers.reversed() where needed.contains(layer.output) {
      needed.formUnion(layer.inputs)
      layers.append(layer)
    }
    return Graph(layers: layers.reversed(), shapes: shapes, output: output, otherHeads: kept)
  }

  /// The layers that read a value, in order.
  func readers(of value: ValueID) -> [Int] {
    layers.indices.filter { layers[$0].inputs.contains(value) }
  }
}
