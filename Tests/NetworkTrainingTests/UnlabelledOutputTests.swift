import FormulaNetworks
import Testing

@testable import NetworkTraining
@testable import NeuralNetwork

/// Outputs that nothing tells what to learn: kept where they still fit, left out where they do not.
@Suite struct UnlabelledOutputTests {
  private static func model() throws -> ModelFile { try ModelFile(contentsOf: NetworkFiles.sides) }

  @Test func layersThatOnlyTheseOutputsNeedDoNotLearn() throws {
    let model = try Self.model()
    #expect(model.layersWithoutLabels == ["where.hidden", "where.hidden.relu", "where.logits", "where"])
    #expect(model.learningLayers == ["steps", "cells", "conv1", "conv2", "hidden", "score"])
    let network = try TrainableNetwork(
      model, options: TrainingOptions(batchSize: 2, trainedLayers: ["score", "where.hidden"]))
    #expect(Set(network.parameters.filter(\.isTrained).map(\.layer)) == ["score"])
  }

  @Test func outputsAreOutdatedByLayersInFrontOfThemAlone() throws {
    let model = try Self.model()
    #expect(model.outputsOutdated(byTraining: ["score"]) == [])
    #expect(model.outputsOutdated(byTraining: ["score", "hidden"]) == ["embedding"])
    #expect(model.outputsOutdated(byTraining: ["conv2", "score"]) == ["embedding", "where"])
    #expect(model.outputsOutdated(byTraining: nil) == ["embedding", "where"])
    #expect(model.outputsOutdated(byTraining: ["where.hidden"]) == [])
  }

  @Test func aModelThatIsWrittenKeepsWhatFitsAndLeavesOutTheRest() throws {
    let model = try Self.model()
    let network = try TrainableNetwork(model, options: TrainingOptions(batchSize: 1, trainedLayers: ["score"]))
    let trained = network.parameters.first { $0.isTrained }
    let parameter = try #require(trained)
    for index in parameter.values.indices { parameter.values[index] += Float(index) / 10 }
    let kept = try ModelFile(bytes: network.trainedModel().onnx())
    #expect(kept.sourceCells == 8 && kept.embeddingCount == 10)
    let heads = ["where", "embedding"]
    let (found, wanted) = (
      try TransferTests.outputs(kept, heads: heads), try TransferTests.outputs(model, heads: heads)
    )
    for (one, other) in zip(found, wanted) {
      #expect(one.count == 2 + 128 + 10 && one[..<2] != other[..<2])
      #expect(relativeDifference(Array(one[2...]), Array(other[2...])) <= 1e-6)
    }
    #expect(kept.lastSharedSplitPoint(with: model)?.layer == "pool2")
    let without = try ModelFile(bytes: model.leavingOut(["embedding", "where"]).onnx())
    #expect(without.otherOutputs == [] && !without.learningLayers.contains("where.logits"))
    #expect(try TransferTests.outputs(without) == TransferTests.outputs(model))
    // Neither output is needed to store activations, and the layers up to there are the same.
    #expect(model.lastSharedSplitPoint(with: without)?.layer == "pool2")
  }

  @Test func newLastLayersLeaveTheOtherOutputsAsTheyAre() throws {
    let model = try Self.model()
    let other = try model.replacingLastLayers(
      TransferTests.description, tellsLocation: true, random: FormulaRandom(state: 5))
    #expect(other.otherOutputs == ["embedding", "location", "where"] && other.sourceCells == 8)
    #expect(other.outputsOutdated(byTraining: Set(other.unlearntLayers)) == [])
    #expect(!other.learningLayers.contains("where.hidden"))
  }

  /// Two names of one value, as where the embedding is the location's input and output.
  @Test func anOutputThatIsAnotherOneIsWrittenUnderBothNames() throws {
    let model = try Self.model()
    var graph = model.graph
    graph.otherHeads["again"] = graph.otherHeads["embedding"]
    let written = try ModelFile(bytes: ModelFile(model, graph: graph).onnx())
    #expect(written.otherOutputs == ["again", "embedding", "where"])
    let outputs = try TransferTests.outputs(written, heads: ["again", "embedding"])
    #expect(outputs.allSatisfy { $0[2..<12] == $0[12..<22] })
  }
}
