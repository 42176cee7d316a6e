import FormulaNetworks
import Foundation
import Testing

@testable import NeuralNetwork

/// Networks divided at a split point: its activations are all that the layers after it need.
@Suite struct SplitPointTests {
  private static func shipped() throws -> ModelFile { try ModelFile(contentsOf: NetworkFiles.shipped) }

  /// Patches by formula through the whole network, and the activations at a split point of it.
  private static func run(_ model: ModelFile, _ splitPoint: SplitPoint, patches: Int) throws
    -> (probabilities: [Float], activations: [Float])
  {
    let classifier = try PatchClassifier(model: model, plan: nil, batchCapacity: patches, storing: splitPoint)
    let gray = (0..<patches).flatMap { FormulaNumbers.patch($0, size: model.metadata.inputSize) }
    var probabilities = [Float](repeating: -1, count: patches)
    gray.withUnsafeBufferPointer { gray in
      probabilities.withUnsafeMutableBufferPointer {
        classifier.classify(gray: gray, count: patches, probabilities: $0)
      }
    }
    let activations = (0..<patches).flatMap {
      Array(classifier.activations(ofPatch: $0) ?? .init(start: nil, count: 0))
    }
    return (probabilities, activations)
  }

  private static func head(_ model: ModelFile, _ splitPoint: SplitPoint, _ activations: [Float], patches: Int)
    throws
    -> [Float]
  {
    let head = try HeadClassifier(
      model: model, cut: splitPoint, plan: Plan.make(for: model, batchCapacity: patches), batchCapacity: patches)
    var probabilities = [Float](repeating: -1, count: patches)
    try activations.withUnsafeBufferPointer { numbers in
      let base = try #require(numbers.baseAddress)
      probabilities.withUnsafeMutableBufferPointer {
        head.classify(activations: base, count: patches, probabilities: $0)
      }
    }
    return probabilities
  }

  @Test(arguments: [
    "arithmetic", "asymmetric_convolution", "automatic_padding", "separable", "residual", "pooling",
    "normalisation",
    "shapes", "one_sigmoid",
  ])
  func theLayersAfterASplitPointComputeWhatTheWholeNetworkDoes(name: String) throws {
    let model = try ModelFile(contentsOf: NetworkFiles.operators(name))
    let whole = try PatchClassifier(model: model, batchCapacity: 5)
    for splitPoint in model.splitPoints {
      let (probabilities, activations) = try Self.run(model, splitPoint, patches: 5)
      #expect(activations.count == 5 * splitPoint.count)
      let behind = try Self.head(model, splitPoint, activations, patches: 5)
      #expect(
        zip(behind, probabilities).allSatisfy { abs($0 - $1) < 1e-5 },
        "\(name) behind \(splitPoint.layer): \(behind), \(probabilities)")
    }
    #expect(whole.batchCapacity == 5)
  }

  @Test func roundingToHalfPrecisionMovesNoProbabilityOfTheShippedModelByAThousandth() throws {
    let model = try Self.shipped()
    let patches = 16
    var largest: Float = 0
    for splitPoint in model.splitPoints where splitPoint.count <= 1 << 14 {
      let (exact, activations) = try Self.run(model, splitPoint, patches: patches)
      var halves = [UInt16](repeating: 0, count: activations.count)
      let isFinite = activations.withUnsafeBufferPointer { numbers in
        halves.withUnsafeMutableBufferPointer { HalfPrecision.round(numbers, into: $0) }
      }
      #expect(isFinite)
      var rounded = [Float](repeating: .nan, count: activations.count)
      halves.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        rounded.withUnsafeMutableBufferPointer { numbers in
          guard let target = numbers.baseAddress else { return }
          HalfPrecision.widen(base, count: halves.count, into: target)
        }
      }
      #expect(rounded != activations, "\(splitPoint.layer): rounding must show")
      let found = try Self.head(model, splitPoint, rounded, patches: patches)
      largest = zip(found, exact).reduce(largest) { max($0, abs($1.0 - $1.1)) }
    }
    #expect(largest < 1e-3)
  }

  @Test func aLayerThatIsNoSplitPointNamesThoseThatAre() throws {
    let model = try Self.shipped()
    #expect(try model.splitPoint(after: "conv6").layer == "relu6")
    #expect(throws: ModelError.self) { try model.splitPoint(after: "conv7") }
    do {
      _ = try model.splitPoint(after: "no such layer")
    } catch {
      #expect("\(error)".contains("no such layer") && "\(error)".contains("relu6"))
    }
  }

  @Test func activationsBeforeTheEndOfTheTrunkAreRefused() throws {
    let model = try ModelFile(contentsOf: NetworkFiles.trunk("small_sweep"))
    #expect(throws: ModelError.self) { try model.splitPoint(after: "conv4", patchStride: 16) }
    #expect(throws: ModelError.self) { try model.splitPoint(after: "phase", patchStride: 112) }
    #expect(try model.splitPoint(after: "conv1", patchStride: 112).layer == "relu1")
    #expect(try model.splitPoint(after: "conv4", patchStride: 56).layer == "relu4")
    #expect(
      try Self.shipped().splitPoint(after: "conv5", patchStride: 112).layer == "relu5",
      "patches share the layers up to cells alone")
    #expect(throws: ModelError.self) { try Self.shipped().splitPoint(after: "marked", patchStride: 112) }
  }
}
