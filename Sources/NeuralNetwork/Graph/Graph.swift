/// A value that flows through the network, numbered in the order of its making; 0 is the input.
package typealias ValueID = Int

/// One node that computes something, with what it reads and writes.
package struct Layer: Sendable {
  /// The node's name in the model file, by which messages and new layers refer to it.
  package let name: String
  /// The ONNX operator's name.
  package let operation: String
  /// The operation with its checked attributes and constants.
  package let computes: Operator
  /// Values that it reads, in the order of the operator; constants are part of ``computes``.
  package let inputs: [ValueID]
  /// The one value that it writes.
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

/// A validated network from one image to a vector of classes, and possibly further outputs. Every shape is known.
package struct Graph: Sendable {
  /// In an order in which each value is written before it is read.
  package let layers: [Layer]
  /// By value.
  package let shapes: [PatchShape]
  /// What tells the classes.
  package let output: ValueID
  /// What else the network says, by the outputs' names in the file.
  package var otherHeads: [String: ValueID]

  /// The value that holds the image.
  package static let input: ValueID = 0
  /// The operator whose scale and shift are a normalisation's.
  package static let normalisation = "BatchNormalization"

  package init(layers: [Layer], shapes: [PatchShape], output: ValueID, otherHeads: [String: ValueID] = [:]) {
    (self.layers, self.shapes, self.output, self.otherHeads) = (layers, shapes, output, otherHeads)
  }

  /// Channels, height and width of the image, without the batch dimension.
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
