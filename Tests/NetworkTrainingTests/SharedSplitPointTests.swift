import FormulaNetworks
import Testing

@testable import NetworkTraining
@testable import NeuralNetwork

/// What a trained model still shares with the one that it started from.
@Suite struct SharedSplitPointTests {
  @Test func modelsWithTheSameFrontShareTheirSplitPointsUpToWhereTheyDiffer() throws {
    let model = try ModelFile(contentsOf: NetworkFiles.shipped)
    let other = try ModelFile(
      bytes: model.replacingLastLayers(
        TransferTests.description, tellsLocation: false, random: FormulaRandom(state: 3)
      )
      .onnx())
    let shared = try #require(other.lastSharedSplitPoint(with: model))
    // Where the source is branches off here, so no later layer's activations stand for all outputs.
    #expect(shared.layer == "relu6" && shared.shape.count == 3)
    #expect(try model.splitPoint(after: "conv6").fingerprint == shared.fingerprint)
    #expect(other.splitPoints.map(\.fingerprint) == model.splitPoints.map(\.fingerprint))
    // One weight of the first layer that learns changes every split point after it.
    let network = try TrainableNetwork(model, options: TrainingOptions(batchSize: 1))
    let parameter = try #require(network.parameters.first)
    parameter.values[0] += 0.5
    let trained = try ModelFile(bytes: network.trainedModel().onnx())
    let common = trained.lastSharedSplitPoint(with: model)?.layer
    #expect(common == nil, "\(common ?? "")")
  }
}
