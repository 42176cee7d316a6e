import FormulaNetworks
import Foundation
import Testing

@testable import NeuralNetwork

@Suite struct ArchitectureTests {
  static let networks = ["vgg16", "resnet18", "resnet50", "inception_v3"]

  @Test(arguments: networks)
  func exportedNetworkGivesTheLogitsOfONNXRuntime(name: String) throws {
    let network = try Architecture.named(name)
    let model = try ModelFile(bytes: network.onnx(name))
    // What is before the last softmax, where there is one.
    var graph = model.graph
    if case .softmax? = graph.layers.first(where: { $0.output == graph.output })?.computes {
      let logits = try #require(graph.layers.first { $0.output == graph.output }).inputs[0]
      graph = Graph(layers: graph.layers, shapes: graph.shapes, output: logits, otherHeads: graph.otherHeads)
    }
    let heads = network.heads.keys.filter { $0 != "classes" }
    let runner = try Runner(
      graph, input: .gray(mean: Architecture.mean, scale: Architecture.scale), batchCapacity: 3, heads: heads)
    runner.run((0..<3).flatMap { FormulaNumbers.patch($0, size: network.size) }, count: 3)
    for patch in 0..<3 {
      let classes = try #require(network.heads["classes"])
      #expect(relativeDifference(Array(runner.output(patch)), classes[patch]) <= 1e-4, "patch \(patch)")
      for head in heads {
        let found = try #require(runner.output(patch, head: head))
        let wanted = try #require(network.heads[head])
        #expect(relativeDifference(Array(found), wanted[patch]) <= 1e-4, "\(head), patch \(patch)")
      }
    }
  }

  @Test func classHeadIsTheOneThatTheMetadataNames() throws {
    let network = try Architecture.named("vgg16")
    let model = try ModelFile(bytes: network.onnx("vgg16"))
    #expect(model.metadata.classOutput == "classes")
    #expect(model.metadata.output == .probabilities)
    #expect(model.otherOutputs == ["location"])
    let classifier = try PatchClassifier(model: model, batchCapacity: 1)
    let probability = classifier.probabilities([FormulaNumbers.patch(0, size: 224)])[0]
    let logits = try #require(network.heads["classes"])[0].map { Double($0) }
    let powers = logits.map { exp($0) }
    #expect(abs(Double(probability) - powers[1] / powers.reduce(0, +)) < 1e-4)
    var silent = network.metadata("vgg16", classes: 3)
    silent["volcsweep.class_output"] = nil
    guard
      case .missingMetadata("volcsweep.class_output", _)? = SmallModels.problem(
        try network.onnx("vgg16", metadata: silent))
    else {
      Issue.record("two heads were accepted without a name")
      return
    }
    silent["volcsweep.class_output"] = "place"
    guard
      case .impossibleMetadata("volcsweep.class_output", "place", _)? = SmallModels.problem(
        try network.onnx("vgg16", metadata: silent))
    else {
      Issue.record("a head that does not exist was accepted")
      return
    }
  }
}
