import Testing

@testable import NeuralNetwork

@Suite(.serialized) struct AlexNetTests {
  @Test(arguments: [AlexNetModel.torchvision, .caffe])
  func bothLayoutsGiveWhatONNXRuntimeGivesAndTheSameBytesInEveryBatch(net: AlexNetModel) throws {
    let expected = try ExpectedValues.alexNet(net.name)
    let model = try ModelFile(
      bytes: net.bytes(lastAmplitude: expected.lastAmplitude, lastBias: expected.lastBias))
    let classifier = try PatchClassifier(model: model, batchCapacity: 16)
    let patches = (0..<FormulaNumbers.patchKinds).map { FormulaNumbers.patch($0, size: net.size) }
    let probabilities = classifier.probabilities(patches)
    for (index, probability) in probabilities.enumerated() {
      #expect(abs(probability - expected.probabilities[index][1]) <= 1e-4, "patch \(index)")
    }
    let spread = probabilities.filter { $0 > 0.05 && $0 < 0.95 }
    #expect(spread.count >= 6, "the expected values must not be saturated")
    for (index, patch) in patches.enumerated() {
      #expect(classifier.probabilities([patch]) == [probabilities[index]], "patch \(index) alone")
    }
    let batch = (0..<16).map { $0 * 5 % patches.count }
    #expect(classifier.probabilities(batch.map { patches[$0] }) == batch.map { probabilities[$0] })
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
