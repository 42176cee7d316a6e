/// Number of a value in the network, in the order of creation; 0 is the input.
typealias ValueID = Int

/// A node that computes something, with the values it reads and writes.
struct Layer: Sendable {
  let name: String
  /// The ONNX operator's name.
  let operation: String
  let computes: Operator
  let inputs: [ValueID]
  let output: ValueID
}

/// A validated network from one image to a vector of classes and possibly more outputs, in order of execution,
/// with all shapes known.
struct Graph: Sendable {
  let layers: [Layer]
  /// By value.
  let shapes: [PatchShape]
  /// The value with the classes.
  let output: ValueID
  /// The other outputs, by their names in the file.
  var otherHeads: [String: ValueID] = [:]

  static let input: ValueID = 0

  var inputShape: PatchShape { shapes[Self.input] }
  var outputShape: PatchShape { shapes[output] }
  /// Names of the other outputs.
  var headNames: [String] { otherHeads.keys.sorted() }

  /// The layers that the class head and some of the other heads need; shapes are unchanged.
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
