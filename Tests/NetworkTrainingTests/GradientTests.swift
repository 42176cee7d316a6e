import FormulaNetworks
import Testing

@testable import NetworkTraining
@testable import NeuralNetwork

/// Each layer between a convolution and a fully connected one: the convolution's gradient has come through the layer.
@Suite struct GradientTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    /// Of the image that the layer reads: the stem's channels × 9 × 9.
    var stem = 6
    /// Writes nodes that read "stem" and says what the last one writes, with its shape's count.
    let write: @Sendable (inout ONNXWriter) -> (String, Int)
    var normalisation = TrainingOptions.Normalisation.frozen
    var dropout = 0.0

    var testDescription: String { name }
  }

  private static func node(
    _ operation: String, _ count: Int, stem: Int = 6, _ attributes: [(String, ONNXWriter.Attribute)] = []
  ) -> Case {
    Case(name: operation + " \(attributes.map(\.0))", stem: stem) { graph in
      graph.node(operation, "layer", ["stem"], attributes)
      return ("layer", count)
    }
  }

  private static func convolution(
    _ name: String, outputs: Int, inputs: Int, _ height: Int, _ width: Int, output: Int,
    _ attributes: [(String, ONNXWriter.Attribute)]
  ) -> Case {
    Case(name: "Conv \(name)") { graph in
      let count = outputs * inputs * height * width
      graph.tensor("w", [outputs, inputs, height, width], FormulaNumbers.uniform(name, count: count))
      graph.tensor("b", [outputs], FormulaNumbers.uniform(name, count: outputs))
      graph.node("Conv", "layer", ["stem", "w", "b"], attributes)
      return ("layer", outputs * output)
    }
  }

  private static func normalise(_ graph: inout ONNXWriter, _ name: String, _ input: String, channels: Int) {
    graph.tensor("\(name).g", [channels], FormulaNumbers.uniform("g", count: channels).map { $0 + 1.5 })
    graph.tensor("\(name).b", [channels], FormulaNumbers.uniform("b", count: channels))
    graph.tensor("\(name).m", [channels], FormulaNumbers.uniform("m", count: channels, amplitude: 0.1))
    graph.tensor("\(name).v", [channels], FormulaNumbers.uniform("v", count: channels).map { $0 + 1.5 })
    graph.node("BatchNormalization", name, [input, "\(name).g", "\(name).b", "\(name).m", "\(name).v"])
  }

  static let cases: [Case] = [
    convolution(
      "strided and padded unevenly", outputs: 4, inputs: 6, 3, 2, output: 5 * 4,
      [("strides", .integers([2, 3])), ("pads", .integers([1, 0, 2, 2]))]),
    convolution(
      "dilated", outputs: 3, inputs: 6, 2, 3, output: 8 * 5,
      [("dilations", .integers([3, 2])), ("pads", .integers([2, 0, 0, 0]))]),
    convolution(
      "in groups", outputs: 4, inputs: 3, 3, 3, output: 81,
      [("group", .integer(2)), ("pads", .integers([1, 1, 1, 1]))]),
    convolution(
      "in groups, dilated", outputs: 6, inputs: 1, 3, 3, output: 25,
      [("group", .integer(6)), ("dilations", .integers([2, 2]))]),
    convolution("pointwise", outputs: 5, inputs: 6, 1, 1, output: 81, []),
    convolution("pointwise in groups", outputs: 4, inputs: 3, 1, 1, output: 81, [("group", .integer(2))]),
    convolution("pointwise, strided", outputs: 5, inputs: 6, 1, 1, output: 25, [("strides", .integers([2, 2]))]),
    node("Relu", 6 * 81), node("Sigmoid", 6 * 81),
    node(
      "LRN", 6 * 81, [("size", .integer(5)), ("alpha", .float(0.8)), ("beta", .float(0.75)), ("bias", .float(1.5))]),
    node(
      "LRN", 6 * 81, [("size", .integer(4)), ("alpha", .float(0.9)), ("beta", .float(0.6)), ("bias", .float(1))]),
    node(
      "MaxPool", 6 * 20,
      [("kernel_shape", .integers([3, 2])), ("strides", .integers([2, 2])), ("pads", .integers([1, 0, 1, 0]))]),
    node(
      "MaxPool", 6 * 25,
      [
        ("kernel_shape", .integers([3, 3])), ("strides", .integers([2, 2])), ("pads", .integers([1, 1, 0, 0])),
        ("ceil_mode", .integer(1)),
      ]),
    node(
      "AveragePool", 6 * 25,
      [("kernel_shape", .integers([3, 3])), ("strides", .integers([2, 2])), ("pads", .integers([1, 1, 1, 1]))]),
    node(
      "AveragePool", 6 * 25,
      [
        ("kernel_shape", .integers([3, 3])), ("strides", .integers([2, 2])), ("pads", .integers([1, 1, 1, 1])),
        ("count_include_pad", .integer(1)),
      ]),
    node("GlobalAveragePool", 6), node("GlobalMaxPool", 6),
    Case(name: "AdaptiveAveragePool") { graph in
      graph.node(
        "AdaptiveAveragePool", "layer", ["stem"], ["output_size": .integers([4, 5])], domain: NodeReader.ownDomain)
      return ("layer", 6 * 20)
    },
    Case(name: "Clip") { graph in
      graph.tensor("low", [], [-0.62])
      graph.tensor("high", [], [0.71])
      graph.node("Clip", "layer", ["stem", "low", "high"])
      return ("layer", 6 * 81)
    },
    Case(name: "BatchNormalization with frozen statistics") { graph in
      normalise(&graph, "layer", "stem", channels: 6)
      graph.node("Relu", "r", ["layer"])
      return ("r", 6 * 81)
    },
    Case(
      name: "BatchNormalization by the batch",
      write: { graph in
        normalise(&graph, "layer", "stem", channels: 6)
        graph.node("Relu", "r", ["layer"])
        return ("r", 6 * 81)
      }, normalisation: .batch),
    Case(name: "a bias that is added") { graph in
      graph.tensor("shift", [6, 1, 1], FormulaNumbers.uniform("shift", count: 6))
      graph.node("Add", "layer", ["stem", "shift"])
      graph.node("Relu", "r", ["layer"])
      return ("r", 6 * 81)
    },
    Case(name: "Add and Concat of one value") { graph in
      graph.node("Sigmoid", "s", ["stem"])
      graph.node("Add", "sum", ["s", "stem"])
      graph.node("Relu", "r", ["sum"])
      graph.node("Add", "twice", ["stem", "stem"])
      graph.node("Concat", "layer", ["r", "stem", "twice", "stem"], ["axis": .integer(1)])
      return ("layer", 24 * 81)
    },
    Case(name: "Reshape") { graph in
      graph.integers("to", [0, 27, 2, 9])
      graph.node("Reshape", "image", ["stem", "to"])
      graph.tensor("w", [3, 27, 1, 2], FormulaNumbers.uniform("w", count: 162))
      graph.node("Conv", "layer", ["image", "w"])
      return ("layer", 3 * 16)
    },
    Case(
      name: "Gemm, MatMul and Softmax, with dropout",
      write: { graph in
        graph.node("Flatten", "flat", ["stem"])
        graph.tensor("w1", [486, 130], FormulaNumbers.uniform("w1", count: 486 * 130, amplitude: 0.1))
        graph.tensor("b1", [1], [0.3])
        graph.node("Gemm", "g", ["flat", "w1", "b1"], ["alpha": .float(0.5), "beta": .float(2)])
        graph.node("Relu", "gr", ["g"])
        graph.tensor("w2", [130, 7], FormulaNumbers.uniform("w2", count: 910, amplitude: 0.3))
        graph.node("MatMul", "m", ["gr", "w2"])
        graph.tensor("b2", [7], FormulaNumbers.uniform("b2", count: 7))
        graph.node("Add", "ma", ["m", "b2"])
        graph.node("Softmax", "layer", ["ma"])
        return ("layer", 7)
      }, dropout: 0.4),
  ]

  /// Of a network for patches of 11 × 11 and two classes.
  static let metadata = [
    "volcsweep.name": "small", "volcsweep.version": "1", "volcsweep.input_size": "11",
    "volcsweep.channels": "3", "volcsweep.mean": "100,110,120", "volcsweep.scale": "0.01,0.02,0.015",
    "volcsweep.class_names": "background,deformation", "volcsweep.deformation_class": "deformation",
    "volcsweep.training_data": "none, weights by formula",
  ]

  static func model(_ test: Case) throws -> ModelFile {
    let bytes = ONNXWriter.model(domains: [NodeReader.ownDomain], metadata: metadata) { graph in
      graph.tensor("ws", [test.stem, 3, 3, 3], FormulaNumbers.uniform("ws", count: test.stem * 27, amplitude: 0.5))
      graph.node("Conv", "stem", ["input", "ws"])
      let (last, count) = test.write(&graph)
      graph.node("Flatten", "f", [last])
      graph.tensor("wg", [2, count], FormulaNumbers.uniform("wg", count: 2 * count))
      graph.tensor("bg", [2], [0.1, -0.2])
      graph.node("Gemm", "out", ["f", "wg", "bg"], ["transB": .integer(1)])
      graph.value(11, "input", [nil, 3, 11, 11])
      graph.value(12, "out", [nil, 2])
    }
    return try ModelFile(bytes: bytes)
  }

  @Test(arguments: cases)
  func gradientIsWhatTheResultChangesBy(test: Case) throws {
    let options = TrainingOptions(
      batchSize: 3, threads: 2, normalisation: test.normalisation, dropout: test.dropout)
    let check = try GradientCheck(Self.model(test), options: options)
    // The first pass sets what a normalisation starts from.
    check.backward()
    check.backward()
    let learnt = check.network.parameters.filter(\.isTrained)
    #expect(learnt.count >= 3)
    for parameter in learnt {
      #expect(check.error(of: parameter) < 0.01, "\(parameter.name)")
    }
  }
}
