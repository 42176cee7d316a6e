import FormulaNetworks
import Testing

@testable import NeuralNetwork

@Suite(.serialized) struct AlexNetTests {
  @Test(arguments: [AlexNetModel.torchvision, .caffe])
  func bothLayoutsGiveWhatONNXRuntimeGivesAndTheSameBytesInEveryBatch(net: AlexNetModel) throws {
    let expected = try ExpectedValues.alexNet(net.name)
    let model = try ModelFile(
      bytes: net.bytes(lastAmplitude: expected.lastAmplitude, lastBias: expected.lastBias))
    let classifier = try PatchClassifier(model: model, batchCapacity: 20)
    let patches = (0..<FormulaNumbers.patchKinds).map { FormulaNumbers.patch($0, size: net.size) }
    let probabilities = classifier.probabilities(patches)
    for (index, probability) in probabilities.enumerated() {
      #expect(abs(probability - expected.probabilities[index][1]) <= 1e-4, "patch \(index)")
    }
    #expect(probabilities.count { $0 > 0.05 && $0 < 0.95 } >= 6, "the expected values must not be saturated")
    for (index, patch) in patches.enumerated() {
      #expect(classifier.probabilities([patch]) == [probabilities[index]], "patch \(index) alone")
    }
    let batch = (0..<20).map { $0 * 5 % patches.count }
    #expect(classifier.probabilities(batch.map { patches[$0] }) == batch.map { probabilities[$0] })
    try checkLogits(model, patches: patches, expected: expected.logits)
  }

  private func checkLogits(_ model: ModelFile, patches: [[Float]], expected: [[Float]]) throws {
    let softmax = try #require(model.graph.layers.last)
    let graph = Graph(
      layers: model.graph.layers.dropLast(), shapes: model.graph.shapes, output: softmax.inputs[0])
    let runner = try Runner(
      graph, input: .gray(mean: model.metadata.mean, scale: model.metadata.scale), batchCapacity: 20)
    runner.run(patches.flatMap { $0 }, count: patches.count)
    for patch in patches.indices {
      #expect(relativeDifference(Array(runner.output(patch)), expected[patch]) <= 1e-4, "patch \(patch)")
    }
  }

  @Test func summaryCountsLayersParametersAndOperations() throws {
    let summary = try ModelFile(
      bytes: AlexNetModel.torchvision.bytes(lastAmplitude: 1, lastBias: [0, 0])
    ).summary
    #expect(summary.inputShape == [3, 224, 224])
    // torchvision's 61,100,840 with two classes instead of a thousand.
    #expect(summary.parameterCount == 61_100_840 - 998 * 4097)
    let shapes = Dictionary(uniqueKeysWithValues: summary.layers.map { ($0.name, $0.outputShape) })
    #expect(shapes["conv1"] == [64, 55, 55])
    #expect(shapes["conv2"] == [192, 27, 27])
    #expect(shapes["pool5"] == [256, 6, 6])
    #expect(shapes["fc7"] == [4096])
    let first = try #require(summary.layers.first)
    #expect(abs(first.megaflop - 140.55) < 0.01)
    #expect(abs(summary.megaflop - 1421) < 2)
    #expect(summary.description.contains("conv1  Conv  64 × 55 × 55"))
  }
}

extension PatchClassifier {
  func probabilities(_ patches: [[Float]]) -> [Float] {
    var result = [Float](repeating: .nan, count: patches.count)
    patches.flatMap { $0 }.withUnsafeBufferPointer { gray in
      result.withUnsafeMutableBufferPointer { classify(gray: gray, count: patches.count, probabilities: $0) }
    }
    return result
  }
}
