import FormulaNetworks
import Testing

@testable import NetworkTraining
@testable import NeuralNetwork

/// Whole passes.
@Suite struct TrainableNetworkTests {
  private static func gradients(threads: Int, memoryMegabytes: Int = 6_000) throws -> [[Float]] {
    let start = try NewNetwork.fringe.model(
      TransferTests.description, inputSize: 64, random: FormulaRandom(state: 1))
    let network = try TrainableNetwork(
      start,
      options: TrainingOptions(
        batchSize: 11, threads: threads, normalisation: .batch, dropout: 0.3, memoryMegabytes: memoryMegabytes))
    let classes = (0..<11).map { $0 % 2 }
    network.clearGradients()
    for first in stride(from: 0, to: 11, by: network.passCapacity) {
      let some = first..<min(first + network.passCapacity, 11)
      for (slot, patch) in some.enumerated() {
        for (index, gray) in FormulaNumbers.patch(patch % 8, size: 64).enumerated() {
          network.gray[slot * 64 * 64 + index] = gray
        }
      }
      network.forward(count: some.count, isTraining: true, seed: 5)
      _ = Losses.crossEntropy(
        logits: network.output(), classes: classes[some], smoothing: 0, weight: 1,
        gradient: network.outputGradient())
      network.backward()
    }
    return network.parameters.map { Array($0.gradient) + Array($0.values) }
  }

  @Test func gradientsAreTheSameBytesForAnyNumberOfThreads() throws {
    let wanted = try Self.gradients(threads: 1)
    #expect(wanted.contains { $0.contains { $0 != 0 } })
    for threads in [2, 3, 7] {
      #expect(try Self.gradients(threads: threads) == wanted)
    }
  }

  @Test func batchThatNeedsTooMuchMemoryTakesSeveralPasses() throws {
    let description = TransferTests.description
    let start = try NewNetwork.fringe.model(description, inputSize: 64, random: FormulaRandom(state: 1))
    let one = try TrainableNetwork(start, options: TrainingOptions(batchSize: 11))
    #expect(one.passCapacity == 11)
    let small = TrainingOptions(batchSize: 11, memoryMegabytes: 2)
    let several = try TrainableNetwork(start, options: small)
    #expect((1...10).contains(several.passCapacity))
    // Without statistics of the pass the gradients' sum is the same.
    func sum(_ network: TrainableNetwork) -> [Float] {
      network.clearGradients()
      for first in stride(from: 0, to: 11, by: network.passCapacity) {
        let some = first..<min(first + network.passCapacity, 11)
        for (slot, patch) in some.enumerated() {
          for (index, gray) in FormulaNumbers.patch(patch % 8, size: 64).enumerated() {
            network.gray[slot * 64 * 64 + index] = gray
          }
        }
        network.forward(count: some.count, isTraining: true)
        _ = Losses.crossEntropy(
          logits: network.output(), classes: some.map { $0 % 2 }[...], smoothing: 0, weight: 1,
          gradient: network.outputGradient())
        network.backward()
      }
      return network.parameters.flatMap { Array($0.gradient) }
    }
    #expect(relativeDifference(sum(several), sum(one)) < 1e-5)
    #expect(throws: TrainingSetupError.self) {
      try TrainableNetwork(start, options: TrainingOptions(batchSize: 1, memoryMegabytes: 0))
    }
  }

  @Test func layersThatAreNotChosenKeepTheirNumbersAndAskForNoGradient() throws {
    let start = try NewNetwork.fringe.model(
      TransferTests.description, inputSize: 64, random: FormulaRandom(state: 1))
    let network = try TrainableNetwork(
      start, options: TrainingOptions(batchSize: 2, normalisation: .batch, trainedLayers: ["mean.score", "conv6"]))
    let trained = Set(network.parameters.filter(\.isTrained).map(\.name))
    #expect(trained == Set(["conv6.weights", "mean.score.weights", "mean.score.bias"]))
    let before = network.parameters.map { Array($0.values) }
    for index in network.gray.indices { network.gray[index] = Float(index % 251) }
    network.clearGradients()
    network.forward(count: 2, isTraining: true)
    _ = Losses.crossEntropy(
      logits: network.output(), classes: [0, 1], smoothing: 0, weight: 1, gradient: network.outputGradient())
    network.backward()
    for (parameter, old) in zip(network.parameters, before) {
      #expect(Array(parameter.values) == old)
      #expect(parameter.gradient.contains { $0 != 0 } == parameter.isTrained, "\(parameter.name)")
    }
    #expect(throws: TrainingSetupError.self) {
      try TrainableNetwork(start, options: TrainingOptions(batchSize: 2, trainedLayers: ["phase"]))
    }
  }

  @Test func lossesAreTheirFormulas() {
    func loss(_ logits: [Float], _ classes: [Int], _ smoothing: Double) -> (Double, [Float]) {
      var gradient = [Float](repeating: 0, count: logits.count)
      let loss = logits.withUnsafeBufferPointer { logits in
        gradient.withUnsafeMutableBufferPointer {
          Losses.crossEntropy(
            logits: logits, classes: classes[...], smoothing: smoothing, weight: 0.5, gradient: $0)
        }
      }
      return (loss, gradient)
    }
    // softmax(0, ln 3) = (1/4, 3/4)
    let (two, slopes) = loss([0, 1.0986123], [0], 0.2)
    #expect(abs(two - 0.5 * (0.9 * 1.3862944 + 0.1 * 0.2876821)) < 1e-6)
    #expect(abs(slopes[0] - 0.5 * (0.25 - 0.9)) < 1e-6 && abs(slopes[1] - 0.5 * (0.75 - 0.1)) < 1e-6)
    let (one, slope) = loss([1.0986123], [1], 0)
    #expect(abs(one - 0.5 * 0.2876821) < 1e-6 && abs(slope[0] + 0.125) < 1e-6)
    let outputs: [Float] = [1, 2, 5, 5]
    var gradient = [Float](repeating: 9, count: 4)
    let square = outputs.withUnsafeBufferPointer { outputs in
      gradient.withUnsafeMutableBufferPointer {
        Losses.squaredError(outputs: outputs, wanted: [[0, 4], nil], weight: 2, gradient: $0)
      }
    }
    #expect(abs(square - 2 * (1 + 4) / 2) < 1e-9)
    #expect(gradient == [2, -4, 0, 0])
  }

  /// A network that ends in a softmax and then in what `tail` writes; "p" is what the tail reads, "end" what it writes.
  private static func softmaxNetwork(tail: (inout ONNXWriter) -> Void) throws -> ModelFile {
    let bytes = ONNXWriter.model(metadata: GradientTests.metadata.merging(["volcsweep.input_size": "8"]) { $1 }) {
      $0.tensor("w", [4, 3, 3, 3], FormulaNumbers.uniform("small.w", count: 108))
      $0.node("Conv", "c", ["input", "w"])
      $0.node("GlobalAveragePool", "m", ["c"])
      $0.node("Flatten", "f", ["m"])
      $0.tensor("v", [2, 4], FormulaNumbers.uniform("small.v", count: 8, amplitude: 0.2))
      $0.node("Gemm", "l", ["f", "v"], ["transB": .integer(1)])
      $0.node("Softmax", "p", ["l"])
      tail(&$0)
      $0.value(11, "input", [nil, 3, 8, 8])
      $0.value(12, "end", [nil, nil])
    }
    return try ModelFile(bytes: bytes)
  }

  @Test func aModelWhoseActivationIsNotLastLearnsAsOneWhereItIs() throws {
    let file = try Self.softmaxNetwork { $0.node("Identity", "end", ["p"]) }
    #expect(file.graph.layers.last?.operation == "Softmax")
    let options = TrainingOptions(batchSize: 2, threads: 1)
    _ = try TrainableNetwork(file, options: options)
    let clipped = try Self.softmaxNetwork {
      $0.tensor("a", [], [0.1])
      $0.tensor("b", [], [0.9])
      $0.node("Clip", "end", ["p", "a", "b"])
    }
    #expect(throws: TrainingSetupError.self) { try TrainableNetwork(clipped, options: options) }
  }
}
