import FileReasons
import FormulaNetworks
import Testing

@testable import NeuralNetwork

/// What in a model file changes the meaning of its numbers is applied, or refused by name.
@Suite struct ModelMeaningTests {
  private static let wide = ["volcsweep.input_size": "24"]

  /// A network that ends in an activation and then in what `tail` writes; "p" is what the tail reads.
  private func model(
    _ activation: String?, outputs: Int = 2, metadata more: [String: String] = [:], opset: Int = 17,
    last: String = "p", tail: (inout ONNXWriter) -> Void = { _ in }
  ) -> [UInt8] {
    ONNXWriter.model(opset: opset, metadata: SmallModels.metadata.merging(more) { $1 }) { graph in
      graph.tensor("w", [4, 3, 3, 3], FormulaNumbers.uniform("small.w", count: 108))
      graph.node("Conv", "c", ["input", "w"])
      graph.node("GlobalAveragePool", "m", ["c"])
      graph.node("Flatten", "f", ["m"])
      graph.tensor("v", [outputs, 4], FormulaNumbers.uniform("small.v", count: 4 * outputs, amplitude: 0.2))
      graph.node("Gemm", activation == nil ? "p" : "l", ["f", "v"], ["transB": .integer(1)])
      if let activation { graph.node(activation, "p", ["l"]) }
      tail(&graph)
      graph.value(11, "input", [nil, 3, 8, 8])
      graph.value(12, last, [nil, nil])
    }
  }

  private func probability(_ bytes: [UInt8]) throws -> Float {
    let classifier = try PatchClassifier(model: ModelFile(bytes: bytes), batchCapacity: 1)
    return classifier.probabilities([FormulaNumbers.patch(0, size: 8)])[0]
  }

  @Test(arguments: ["Softmax", "Sigmoid"]) func theActivationIsFoundThroughOperatorsThatChangeNoNumber(
    activation: String
  ) throws {
    let plain = try probability(model(activation))
    let tails: [(String, (inout ONNXWriter) -> Void)] = [
      ("Identity", { $0.node("Identity", "end", ["p"]) }),
      (
        "Identities",
        {
          $0.node("Identity", "i", ["p"]); $0.node("Identity", "end", ["i"])
        }
      ),
      ("Dropout", { $0.node("Dropout", "end", ["p"]) }),
      ("Cast", { $0.node("Cast", "end", ["p"], ["to": .integer(1)]) }),
      ("Flatten", { $0.node("Flatten", "end", ["p"]) }),
      (
        "Reshape",
        {
          $0.integers("s", [0, 2]); $0.node("Reshape", "end", ["p", "s"])
        }
      ),
      (
        "Reshape to an image",
        {
          $0.integers("s", [-1, 2, 1, 1]); $0.node("Reshape", "end", ["p", "s"])
        }
      ),
      (
        "Unsqueeze",
        {
          $0.integers("s", [2, 3]); $0.node("Unsqueeze", "end", ["p", "s"])
        }
      ),
      (
        "Unsqueeze and Squeeze",
        {
          $0.integers("s", [2, 3]); $0.node("Unsqueeze", "u", ["p", "s"]); $0.node("Squeeze", "end", ["u", "s"])
        }
      ),
      (
        "Transpose of single axes",
        {
          $0.integers("s", [2, 3])
          $0.node("Unsqueeze", "u", ["p", "s"])
          $0.node("Transpose", "t", ["u"], ["perm": .integers([0, 2, 3, 1])])
          $0.node("Flatten", "end", ["t"])
        }
      ),
      (
        "pooling of a pixel",
        {
          $0.integers("s", [2, 3]); $0.node("Unsqueeze", "u", ["p", "s"]);
          $0.node("GlobalAveragePool", "end", ["u"])
        }
      ),
      (
        "Clip",
        {
          $0.tensor("a", [], [0]); $0.tensor("b", [], [1]); $0.node("Clip", "end", ["p", "a", "b"])
        }
      ),
      (
        "a product with 1",
        {
          $0.tensor("a", [], [1]); $0.node("Mul", "end", ["p", "a"])
        }
      ),
      ("Concat of one", { $0.node("Concat", "end", ["p"], ["axis": .integer(1)]) }),
    ]
    for (name, tail) in tails {
      let bytes = model(activation, last: "end", tail: tail)
      #expect(try ModelFile(bytes: bytes).metadata.output == .probabilities, "\(name)")
      #expect(try probability(bytes) == plain, "\(name)")
    }
    // Near 0 and 1 a clip moves numbers, and they stay probabilities.
    let clipped = model(activation, last: "end") {
      $0.tensor("a", [], [1e-7])
      $0.tensor("b", [], [1 - 1e-7])
      $0.node("Clip", "end", ["p", "a", "b"])
    }
    #expect(try probability(clipped) == plain)
  }

  @Test func onlyWhatIsBoundedIsAProbability() throws {
    #expect(try ModelFile(bytes: model(nil)).metadata.output == .logits)
    let mean = model("Softmax", last: "end") {
      $0.tensor("half", [], [0.5])
      $0.node("Add", "sum", ["p", "p"])
      $0.node("Mul", "end", ["sum", "half"])
    }
    #expect(try ModelFile(bytes: mean).metadata.output == .probabilities)
    let percent: (inout ONNXWriter) -> Void = {
      $0.tensor("hundred", [], [100])
      $0.node("Mul", "end", ["p", "hundred"])
    }
    guard
      case .missingMetadata("volcsweep.output", _)? = SmallModels.problem(
        model("Softmax", last: "end", tail: percent))
    else {
      Issue.record("percentages were taken for logits")
      return
    }
    for (stated, activation, tail) in [
      ("probabilities", "Softmax", percent), ("logits", "Sigmoid", { $0.node("Identity", "end", ["p"]) }),
    ] {
      guard
        case .impossibleMetadata("volcsweep.output", stated, _)? = SmallModels.problem(
          model(activation, metadata: ["volcsweep.output": stated], last: "end", tail: tail))
      else {
        Issue.record("\(stated) was taken")
        continue
      }
    }
    guard case .unsupported(_, "Softmax", _, _)? = SmallModels.problem(model("Softmax", outputs: 1)) else {
      Issue.record("the softmax of one number was taken")
      return
    }
    guard
      case .impossibleMetadata("volcsweep.class_names", _, _)? = SmallModels.problem(
        model("Sigmoid", outputs: 1, metadata: ["volcsweep.class_names": "deformation,background"]))
    else {
      Issue.record("one output was taken for the first of two classes")
      return
    }
  }

  @Test(arguments: ["Softmax", "Sigmoid"]) func weightsBehindTheActivationThatKeepItsRangeLeaveProbabilities(
    activation: String
  ) throws {
    let plain = try probability(model(activation))
    let tails: [(String, (inout ONNXWriter) -> Void)] = [
      (
        "MatMul",
        {
          $0.tensor("x", [2, 2], [1, 0, 0, 1]); $0.node("MatMul", "end", ["p", "x"])
        }
      ),
      (
        "Gemm",
        {
          $0.tensor("x", [2, 2], [2, 0, 0, 2])
          $0.node("Gemm", "end", ["p", "x"], ["alpha": .float(0.5), "transB": .integer(1)])
        }
      ),
      (
        "two Gemms that exchange",
        {
          $0.tensor("x", [2, 2], [0, 1, 1, 0])
          $0.node("Gemm", "g", ["p", "x"])
          $0.node("Gemm", "end", ["g", "x"])
        }
      ),
      (
        "two Gemms, first 1 less",
        {
          $0.tensor("x", [2, 2], [-1, 0, 0, -1])
          $0.tensor("b", [2], [0.5, 0.5])
          $0.node("Gemm", "g", ["p", "x", "b"], ["beta": .float(2)])
          $0.node("Gemm", "end", ["g", "x", "b"], ["beta": .float(2)])
        }
      ),
      (
        "Conv",
        {
          $0.integers("s", [2, 3])
          $0.node("Unsqueeze", "u", ["p", "s"])
          $0.tensor("x", [2, 2, 1, 1], [1, 0, 0, 1])
          $0.node("Conv", "end", ["u", "x"])
        }
      ),
      (
        "Conv with a padding",
        {
          $0.integers("s", [2, 3])
          $0.node("Unsqueeze", "u", ["p", "s"])
          $0.tensor("x", [2, 1, 3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
          $0.node("Conv", "end", ["u", "x"], ["group": .integer(2), "pads": .integers([1, 1, 1, 1])])
        }
      ),
    ]
    for (name, tail) in tails {
      let bytes = model(activation, last: "end", tail: tail)
      #expect(try ModelFile(bytes: bytes).metadata.output == .probabilities, "\(name)")
      #expect(try abs(probability(bytes) - plain) < 1e-5, "\(name)")
      let stated = model(activation, metadata: ["volcsweep.output": "logits"], last: "end", tail: tail)
      guard case .impossibleMetadata("volcsweep.output", "logits", _)? = SmallModels.problem(stated) else {
        Issue.record("\(name): a second softmax was taken")
        continue
      }
    }
  }

  @Test func weightsThatMergeClassesAreProbabilitiesBehindASoftmaxAndLogitsBehindLogisticFunctions() throws {
    func output(_ activation: String, _ weights: [Float], _ more: [String: String] = [:]) throws
      -> ModelMetadata.Output
    {
      try ModelFile(
        bytes: model(activation, outputs: 4, metadata: more, last: "end") {
          $0.tensor("x", [2, 4], weights)
          $0.node("Gemm", "end", ["p", "x"], ["transB": .integer(1)])
        }
      ).metadata.output
    }
    let merging: [Float] = [1, 1, 0, 0, 0, 0, 1, 1]
    #expect(try output("Softmax", merging) == .probabilities)
    #expect(try output("Sigmoid", merging) == .logits)
    #expect(try output("Sigmoid", merging.map { $0 / 2 }) == .probabilities)
    // Weights that were learnt behind a hidden layer, and those that have learnt nothing yet.
    let learnt = FormulaNumbers.uniform("x", count: 8)
    for stated in ["logits", "probabilities"] {
      #expect(try output("Sigmoid", learnt, ["volcsweep.output": stated]).rawValue == stated)
    }
    #expect(try output("Sigmoid", learnt) == .logits)
    #expect(try output("Sigmoid", [Float](repeating: 0, count: 8)) == .logits)
  }

  @Test func onlyWeightsBehindTheLastActivationAreLookedAt() throws {
    let mean = model("Sigmoid", outputs: 8, last: "end") {
      $0.integers("s", [-1, 2, 2, 2])
      $0.node("Reshape", "i", ["p", "s"])
      $0.tensor("x", [2, 1, 2, 2], [Float](repeating: 0.25, count: 8))
      $0.node("Conv", "end", ["i", "x"], ["group": .integer(2)])
    }
    #expect(try ModelFile(bytes: mean).metadata.output == .probabilities)
    let twice = model("Sigmoid", outputs: 3, last: "end") {
      $0.tensor("x", [2, 3], [5, -4, 3, -2, 1, 0])
      $0.node("Gemm", "g", ["p", "x"], ["transB": .integer(1)])
      $0.node("Softmax", "end", ["g"])
    }
    #expect(try ModelFile(bytes: twice).metadata.output == .probabilities)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func weightsThatAreNotFiniteAreRefusedByName(bad: Float) {
    let weights: [(String, [Int], String)] = [
      ("Conv", [4, 4, 1, 1], "weights"), ("Add", [4, 1, 1], "shift"), ("Mul", [1], "factor"),
      ("BatchNormalization", [4], "statistics"), ("Gemm", [2, 64], "dense"), ("MatMul", [64, 2], "dense"),
    ]
    for (operation, dimensions, name) in weights {
      let bytes = SmallModels.classifier(last: "odd") { graph in
        var values = [Float](repeating: 1, count: dimensions.reduce(1, *))
        values[values.count / 2] = bad
        graph.tensor(name, dimensions, values)
        graph.tensor("four", [4], [1, 1, 1, 1])
        graph.node("Flatten", "flat", ["r"])
        let isDense = operation == "Gemm" || operation == "MatMul"
        graph.node(
          operation, "odd",
          operation == "BatchNormalization"
            ? ["r", "four", name, "four", "four"] : [isDense ? "flat" : "r", name],
          operation == "Gemm" ? ["transB": .integer(1)] : [:])
      }
      guard case .unsupported("'odd'", operation, nil, let reason)? = SmallModels.problem(bytes) else {
        Issue.record("\(operation) took \(bad)")
        continue
      }
      #expect(reason.contains("'\(name)'") && reason.contains("number \(dimensions.reduce(1, *) / 2)"), "\(reason)")
    }
  }

  @Test func typesAreRefusedByTheirNames() {
    for (type, name) in [(10, "float16"), (11, "float64"), (16, "bfloat16"), (3, "int8")] {
      let bytes = SmallModels.classifier(last: "odd") { graph in
        graph.message(5) { tensor in
          tensor.integer(1, 1)
          tensor.integer(2, type)
          tensor.text(8, "half")
          tensor.data(9, [UInt8](repeating: 0, count: 8))
        }
        graph.node("Mul", "odd", ["r", "half"])
      }
      guard case .unsupported("'odd'", "Mul", _, let reason)? = SmallModels.problem(bytes) else {
        Issue.record("\(name) was taken")
        continue
      }
      #expect(reason.contains("'half' is \(name)"), "\(reason)")
    }
  }

  @Test func whatTrainsOrContradictsItselfIsRefused() {
    func refused(_ what: String, opset: Int = 17, _ extra: @escaping (inout ONNXWriter) -> Void) {
      guard
        case .unsupported? = SmallModels.problem(SmallModels.classifier(opset: opset, last: "odd", extra: extra))
      else {
        Issue.record("\(what) was taken")
        return
      }
    }
    refused("a normalisation that writes its statistics", opset: 9) { graph in
      graph.tensor("four", [4], [1, 1, 1, 1])
      graph.message(1) { node in
        for input in ["r", "four", "four", "four", "four"] { node.text(1, input) }
        for output in ["odd", "mean", "variance"] { node.text(2, output) }
        node.text(4, "BatchNormalization")
      }
    }
    refused("pads beside auto_pad") {
      $0.node(
        "MaxPool", "odd", ["r"],
        ["kernel_shape": .integers([3, 3]), "auto_pad": .text("SAME_UPPER"), "pads": .integers([1, 1, 1, 1])])
    }
    refused("a clip with inputs of a later operator set", opset: 10) {
      $0.tensor("a", [], [0])
      $0.node("Clip", "odd", ["r", "a"])
    }
    refused("images with their channels last") {
      $0.node("Transpose", "odd", ["r"], ["perm": .integers([0, 3, 1, 2])])
    }
    refused("a division by 0") { $0.node("LRN", "odd", ["r"], ["size": .integer(3), "bias": .float(0)]) }
  }

  @Test func keysThatWouldChangeNumbersAreNotTakenForRemarks() {
    for (key, value) in [
      ("volcsweep.std", "0.2"), ("volcsweep.Mean", "0"), ("volcsweep.input-size", "8"), ("Volcsweep.scale", "1"),
      ("volcsweep.input_range", "0,1"), ("volcsweep.layout", "NHWC"), ("Image.NominalPixelRange", "Normalized_0_1"),
      ("Image.NominalPixelRange", "strange"),
    ] {
      let bytes = model("Softmax", metadata: [key: value])
      guard case .impossibleMetadata(key, value, _)? = SmallModels.problem(bytes) else {
        Issue.record("\(key) was taken for a remark")
        continue
      }
    }
    let range = [
      "Image.NominalPixelRange": "NominalRange_0_255", "volcsweep.mean": "0,0,0", "volcsweep.scale": "1,1,1",
    ]
    #expect(SmallModels.problem(model("Softmax", metadata: range)) == nil)
    #expect(SmallModels.problem(model("Softmax", metadata: ["volcsweep.zeal": "great"])) == nil)
  }

  @Test func whatIsNoModelSaysWhatItIs() {
    for (text, content) in [
      ("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 2\n", ForeignContent.gitLFSPointer),
      ("<!DOCTYPE html>\n<html><body>Sign in</body></html>", .html), ("", .empty),
    ] {
      #expect(SmallModels.problem(Array(text.utf8)) == .foreignContent(content))
    }
    #expect("\(ModelError.Problem.foreignContent(.gitLFSPointer))".contains("git lfs pull"))
  }

  @Test func whatStridesLeaveOutIsKnown() throws {
    func seen(_ kernel: Int, _ stride: Int, pads: [Int] = [0, 0, 0, 0]) throws -> SeenPixels {
      try ModelFile(
        bytes: ONNXWriter.model(metadata: SmallModels.metadata.merging(Self.wide) { $1 }) { graph in
          graph.tensor("w", [4, 3, kernel, kernel], [Float](repeating: 0.1, count: 12 * kernel * kernel))
          graph.node(
            "Conv", "c", ["input", "w"], ["strides": .integers([stride, stride]), "pads": .integers(pads)])
          graph.node("GlobalMaxPool", "m", ["c"])
          graph.node("Flatten", "f", ["m"])
          graph.tensor("v", [2, 4], FormulaNumbers.uniform("v", count: 8))
          graph.node("Gemm", "g", ["f", "v"], ["transB": .integer(1)])
          graph.value(11, "input", [nil, 3, 24, 24])
          graph.value(12, "g", [nil, 2])
        }
      ).seenPixels
    }
    #expect(try seen(3, 3).isWhole && seen(3, 3).remark == nil)
    #expect(try seen(7, 7, pads: [2, 2, 2, 2]).isWhole)
    // Windows at 0, 7 and 14 reach to 20.
    let strip = try seen(7, 7)
    #expect(strip.unseenSouth == 3 && strip.unseenEast == 3 && strip.unseenNorth == 0 && strip.unseenWest == 0)
    #expect(strip.remark?.contains("the 3 southernmost rows and the 3 easternmost columns") == true, "\(strip)")
    let gaps = try seen(2, 4)
    #expect(gaps.fraction == 0.25 && gaps.remark?.contains("25.0 %") == true, "\(gaps.remark ?? "")")
  }
}
