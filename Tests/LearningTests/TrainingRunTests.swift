import Foundation
import Hashing
import NeuralNetwork
import Synthesis
import Testing

@testable import Learning
@testable import NetworkTraining

/// The same training in PyTorch, from Expected/training.py.
@Suite struct TrainingRunTests {
  struct Expected: Decodable {
    let losses: [Double]
    let logits: [Float]
  }

  static let (batch, side) = (16, 24)

  static func network() throws -> ModelFile {
    var sketch = GraphSketch(channels: 1, size: side, random: SplitMix64(state: 5))
    var value = sketch.convolution(
      "first", Graph.input, outputs: 8, kernel: 5, stride: 2, padding: 2, hasBias: false)
    value = sketch.maxPool("pool", sketch.relu(sketch.normalisation("norm", value)), kernel: 2, stride: 2)
    value = sketch.relu(sketch.convolution("second", value, outputs: 12, kernel: 3, padding: 1))
    value = sketch.relu(sketch.dense("dense", sketch.flatten("flat", value), outputs: 16, isBeforeReLU: true))
    value = sketch.softmax("out", sketch.dense("last", value, outputs: 2))
    let properties = [
      "volcsweep.input_size": "\(side)", "volcsweep.channels": "1", "volcsweep.mean": "127.5",
      "volcsweep.scale": "0.00784313725",
    ]
    let description = ModelDescription(name: "small", version: "1", trainingData: "nothing yet")
    return try ModelFile(
      sketch.graph(output: value), properties: description.properties(over: properties), classOutput: "out",
      newLayers: sketch.drawn)
  }

  static func batches() -> [[Float]] {
    var random = SplitMix64(state: 77)
    return (0..<8).map { _ in
      (0..<(batch * side * side)).map { index in
        let gray = 127.5 + 150 * (random.fraction() - 0.5)
        let (patch, row, column) = (index / (side * side), index / side % side, index % side)
        let stripe = (row + column) % 6 < 3 ? 25.0 : -25.0
        return Float(patch % 2 == 1 ? gray + stripe : gray)
      }
    }
  }

  @Test(arguments: [TrainingSettings.Method.sgd, .adam], [1, 2])
  func lossesAreThoseOfPyTorch(method: TrainingSettings.Method, threads: Int) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expected/training.json")
    let expected = try #require(
      try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: file))[method.rawValue])
    let network = try TrainableNetwork(
      Self.network(), options: TrainingOptions(batchSize: Self.batch, threads: threads, normalisation: .batch))
    var settings = TrainingSettings()
    settings.method = method
    settings.newLayerFactor = 1
    settings.weightDecay = method == .sgd ? 1e-3 : 1e-2
    let optimizer = Optimizer(network.parameters, settings: settings)
    let batches = Self.batches()
    let truth = (0..<Self.batch).map { $0 % 2 }
    for step in expected.losses.indices {
      _ = network.gray.update(from: batches[step % 8])
      network.clearGradients()
      network.forward(count: Self.batch, isTraining: true)
      let loss = Losses.crossEntropy(
        logits: network.output(), classes: truth[...], smoothing: 0.05, weight: 1 / Double(Self.batch),
        gradient: network.outputGradient())
      #expect(abs(loss - expected.losses[step]) < 1e-3, "step \(step + 1)")
      network.backward()
      optimizer.step(rate: method == .sgd ? 0.01 : 1e-3, step: step, on: network)
    }
    _ = network.gray.update(from: batches[0])
    network.forward(count: Self.batch, isTraining: false)
    for (found, wanted) in zip(network.output(), expected.logits) { #expect(abs(found - wanted) < 5e-3) }
  }
}
