import FormulaNetworks
import Testing

@testable import NetworkTraining
@testable import NeuralNetwork

/// Networks that have learnt nothing yet.
@Suite struct NewNetworkTests {
  @Test func aNewSweepNetworkSharesAllButItsLastConvolution() throws {
    let model = try NewNetwork.sweep.model(
      ModelDescription(name: "new", version: "1", trainingData: "nothing"), random: FormulaRandom(state: 1))
    let trunk = try #require(Trunk.find(in: model.graph, patchStride: 112))
    #expect(trunk.stride == .init(height: 16, width: 16))
    let shared = Set(model.graph.layers[..<trunk.layerCount].map(\.name))
    #expect((1...5).allSatisfy { shared.contains("conv\($0)") })
  }
}
