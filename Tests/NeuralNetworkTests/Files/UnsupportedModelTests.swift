import FormulaNetworks
import Testing

@testable import NeuralNetwork

/// What cannot be run is refused before anything runs, with the node, the operator and the attribute.
@Suite struct UnsupportedModelTests {
  private func refusal(
    _ operation: String, inputs: [String] = ["r"], _ attributes: KeyValuePairs<String, ONNXWriter.Attribute> = [:],
    opset: Int = 17
  ) -> (operation: String, attribute: String?)? {
    let bytes = SmallModels.classifier(opset: opset, last: "odd") { graph in
      graph.tensor("k", [6, 2, 1, 1], FormulaNumbers.uniform("k", count: 12))
      graph.tensor("four", [4], [1, 1, 1, 1])
      graph.tensor("zero", [1], [0])
      graph.node("Flatten", "flat", ["r"])
      graph.node("Constant", "index", [], ["value_int": .integer(7)])
      graph.node(operation, "odd", inputs, attributes)
    }
    guard case .unsupported("'odd'", let operation, let attribute, _)? = SmallModels.problem(bytes) else {
      return nil
    }
    return (operation, attribute)
  }

  @Test func operatorsThatDoNotExistHereAreNamed() throws {
    let found = try #require(refusal("LSTM"))
    #expect(found.operation == "LSTM")
    #expect(found.attribute == nil)
  }

  @Test func attributesThatCannotBeObeyedAreNamed() throws {
    #expect(refusal("Relu", ["slope": .float(0.1)])?.attribute == "slope")
    #expect(refusal("LRN", ["size": .integer(0)])?.attribute == "size")
    #expect(refusal("Gemm", inputs: ["flat", "v"], ["transA": .integer(1)])?.attribute == "transA")
    #expect(refusal("Transpose", ["perm": .integers([0, 2, 3, 1])])?.attribute == "perm")
    #expect(refusal("ReduceMean", ["axes": .integers([1, 2])])?.attribute == "axes")
    #expect(refusal("Cast", ["to": .integer(10)])?.attribute == "to")
    #expect(refusal("Gather", inputs: ["r", "index"], ["axis": .integer(2)])?.attribute == "axis")
    #expect(refusal("LRN", ["size": .text("five")])?.attribute == "size")
    #expect(refusal("LRN", ["size": .integer(5), "alpha": .float(.nan)])?.attribute == "alpha")
    #expect(refusal("MaxPool")?.attribute == "kernel_shape")
    #expect(refusal("MaxPool", ["kernel_shape": .integers([3])])?.attribute == "kernel_shape")
    #expect(
      refusal("MaxPool", ["kernel_shape": .integers([2, 2]), "pads": .integers([2, 0, 0, 0])])?.attribute == "pads")
    #expect(
      refusal("MaxPool", ["kernel_shape": .integers([2, 2]), "strides": .integers([0, 1])])?.attribute == "strides")
    #expect(
      refusal("MaxPool", ["kernel_shape": .integers([2, 2]), "auto_pad": .text("HALF")])?.attribute == "auto_pad")
    #expect(refusal("Conv", inputs: ["r", "k"], ["group": .integer(3)])?.attribute == "group")
    #expect(refusal("Conv", inputs: ["r", "k"], ["group": .integer(Int.max)])?.attribute == "group")
    #expect(refusal("Conv", inputs: ["r", "k"], ["group": .integer(0)])?.attribute == "group")
    #expect(
      refusal("Conv", inputs: ["r", "k"], ["group": .integer(2), "kernel_shape": .integers([3, 3])])?.attribute
        == "kernel_shape")
    let statistics = ["r", "four", "four", "four", "four"]
    #expect(
      refusal("BatchNormalization", inputs: statistics, ["training_mode": .integer(1)])?.attribute
        == "training_mode")
    #expect(refusal("BatchNormalization", inputs: statistics, ["spatial": .integer(0)])?.attribute == "spatial")
    #expect(refusal("Flatten", ["axis": .integer(2)])?.attribute == "axis")
    #expect(refusal("Softmax", ["axis": .integer(1)])?.attribute == "axis")
    #expect(refusal("Concat", inputs: ["r", "r"], ["axis": .integer(2)])?.attribute == "axis")
  }

  @Test func inputsThatDoNotFitAreRefused() {
    #expect(refusal("Gemm", inputs: ["r", "v"]) != nil, "an image")
    #expect(refusal("Conv", inputs: ["r", "r"]) != nil, "weights that are computed")
    #expect(refusal("Conv", inputs: ["r", "four"]) != nil, "weights of one dimension")
    #expect(refusal("Conv", inputs: ["r"]) != nil, "no weights")
    #expect(refusal("Add", inputs: ["r", "input"]) != nil, "another shape")
    #expect(refusal("Add", inputs: ["r", "four"]) != nil, "a constant along the width")
    #expect(refusal("MaxPool", ["kernel_shape": .integers([9, 9])]) != nil, "a window larger than the image")
    #expect(refusal("Gather", inputs: ["r", "index"], ["axis": .integer(1)]) != nil, "a channel that is not there")
    #expect(refusal("Mul", inputs: ["r", "r"]) != nil, "a product of two values")
    #expect(refusal("Div", inputs: ["r", "zero"]) != nil, "a division by 0")
    #expect(refusal("Div", inputs: ["zero", "r"]) != nil, "a division by a value")
    #expect(refusal("Squeeze", inputs: ["r"]) != nil, "an image that is larger than a pixel")
    #expect(refusal("Slice", inputs: ["r", "index", "index"]) != nil, "a part of an image")
    #expect(refusal("Reshape", inputs: ["r", "index"]) != nil, "a shape that is another size")
    #expect(refusal("Clip", inputs: ["r", "four"]) != nil, "a bound per channel")
    #expect(refusal("Relu", inputs: ["r", "r"]) != nil, "too many inputs")
    #expect(refusal("Dropout", inputs: ["r", "", "r"]) != nil, "a mode that is computed")
    #expect(refusal("Reshape", inputs: ["r", "four"]) != nil, "a shape of floats")
  }

  @Test func operatorSetsOutsideTheKnownOnesAreRefused() {
    for opset in [0, 6, 29, 1_000_000, -1] {
      guard case .invalidGraph? = SmallModels.problem(SmallModels.classifier(opset: opset)) else {
        Issue.record("operator set \(opset) was accepted")
        continue
      }
    }
  }
}
