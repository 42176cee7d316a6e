/// A value that flows through the network, numbered in the order of its making; 0 is the input.
package typealias ValueID = Int

/// One node that computes something, with what it reads and writes.
package struct Layer: Sendable {
  package let name: String
  /// The ONNX operator's name.
  package let operation: String
  package let computes: Operator
  package let inputs: [ValueID]
  package let output: ValueID

  package init(name: String, operation: String, computes: Operator, inputs: [ValueID], output: ValueID) {
    (self.name, self.operation, self.computes) = (name, operation, computes)
    (self.inputs, self.output) = (inputs, output)
  }

  /// Whether it is a softmax or a logistic function.
  package var endsInProbabilities: Bool {
    switch computes {
    case .softmax, .sigmoid: true
    default: false
    }
  }
}

/// A network from one image to a vector of classes, and perhaps more: checked, in an order in which it can run, every shape known.
package struct Graph: Sendable {
  package let layers: [Layer]
  /// By value.
  package let shapes: [PatchShape]
  /// What tells the classes.
  package let output: ValueID
  /// What else the network says, by the outputs' names in the file.
  package var otherHeads: [String: ValueID]

  package static let input: ValueID = 0
  /// The operator whose scale and shift are a normalisation's.
  package static let normalisation = "BatchNormalization"

  package init(layers: [Layer], shapes: [PatchShape], output: ValueID, otherHeads: [String: ValueID] = [:]) {
    (self.layers, self.shapes, self.output, self.otherHeads) = (layers, shapes, output, otherHeads)
  }

  package var inputShape: PatchShape { shapes[Self.input] }
  var outputShape: PatchShape { shapes[output] }
  /// Names of the other outputs.
  var headNames: [String] { otherHeads.keys.sorted() }

  /// The layers that lead to the class head and some of the others; all shapes stay.
  package func reduced(toHeads heads: [String]) -> Graph {
    let kept = otherHeads.filter { heads.contains($0.key) }
    var needed = Set(kept.values).union([output])
    var layers: [Layer] = []
    for layer in self.layers.reversed() where needed.contains(layer.output) {
      needed.formUnion(layer.inputs)
      layers.append(layer)
    }
    return Graph(layers: layers.reversed(), shapes: shapes, output: output, otherHeads: kept)
  }
}
