import FormulaNetworks
import Hashing
import Testing

@testable import NetworkTraining
@testable import NeuralNetwork

@Suite struct TransferTests {
  static let description = ModelDescription(name: "test", version: "1", trainingData: "nothing")

  static func outputs(_ model: ModelFile, heads: [String] = []) throws -> [[Float]] {
    let runner = try Runner(
      model.graph, input: .gray(mean: model.metadata.mean, scale: model.metadata.scale),
      plan: Plan.standard(for: model.graph, batchCapacity: 2), heads: heads)
    runner.run((0..<2).flatMap { FormulaNumbers.patch($0, size: model.metadata.inputSize) }, count: 2)
    return (0..<2).map { patch in
      Array(runner.output(patch))
        + heads.flatMap { Array(runner.output(patch, head: $0) ?? .init(start: nil, count: 0)) }
    }
  }

  @Test(arguments: [
    "arithmetic", "asymmetric_convolution", "automatic_padding", "separable", "residual", "pooling",
    "normalisation",
    "shapes", "one_sigmoid",
  ])
  func networkThatWasWrittenGivesTheSameResults(name: String) throws {
    let model = try ModelFile(contentsOf: NetworkFiles.operators(name))
    let written = try ModelFile(bytes: model.onnx())
    #expect(written.metadata == model.metadata)
    for (found, wanted) in zip(try Self.outputs(written), try Self.outputs(model)) {
      #expect(relativeDifference(found, wanted) <= 1e-6)
    }
  }

  @Test(arguments: ["residual", "separable", "shapes", "arithmetic", "pooling", "normalisation"])
  func networkThatLearnsComputesWhatItDidBefore(name: String) throws {
    let model = try ModelFile(contentsOf: NetworkFiles.operators(name))
    let network = try? TrainableNetwork(model, options: TrainingOptions(batchSize: 2))
    // Networks without anything to learn are refused.
    guard let network else { return #expect(model.learningLayers.isEmpty) }
    for patch in 0..<2 {
      let size = model.metadata.inputSize
      for (index, gray) in FormulaNumbers.patch(patch, size: size).enumerated() {
        network.gray[patch * size * size + index] = gray
      }
    }
    network.forward(count: 2, isTraining: false)
    let written = try Self.outputs(try ModelFile(bytes: network.trainedModel().onnx()))
    let wanted = try Self.outputs(model)
    for patch in 0..<2 {
      #expect(relativeDifference(written[patch], wanted[patch]) <= 1e-5)
      let count = network.outputCount()
      if model.metadata.output == .logits {
        let own = Array(network.output()[(patch * count)..<((patch + 1) * count)])
        #expect(relativeDifference(own, wanted[patch]) <= 1e-4)
      }
    }
  }

  @Test func replacedLayersAreNewAndTheOthersStay() throws {
    let start = try NewNetwork.fringe.model(Self.description, inputSize: 64, random: FormulaRandom(state: 1))
    let read = try ModelFile(bytes: start.onnx())
    #expect(read.unlearntLayers == [])
    #expect(start.learningLayers.contains("conv1") && !start.learningLayers.contains("phase"))
    var description = Self.description
    description.classNames = ["background", "dyke", "sill"]
    description.deformationClass = "sill"
    let other = try read.replacingLastLayers(description, tellsLocation: true, random: FormulaRandom(state: 2))
    #expect(other.metadata.classNames == ["background", "dyke", "sill"])
    #expect(other.metadata.classOutput == "probabilities" && other.otherOutputs == ["location"])
    #expect(
      other.unlearntLayers == ["classes", "classes'", "location.image", "location.hidden", "location.box"])
    #expect(other.learningLayers.prefix(12) == read.learningLayers.prefix(12))
    let outputs = try Self.outputs(other, heads: ["location"])
    #expect(outputs.allSatisfy { $0.count == 7 })
    #expect(outputs.allSatisfy { abs($0[..<3].reduce(0, +) - 1) < 1e-5 })
    let again = try ModelFile(bytes: other.onnx())
      .replacingLastLayers(Self.description, tellsLocation: true, random: FormulaRandom(state: 3))
    #expect(again.unlearntLayers == ["classes''", "classes'''"])
  }

  @Test func classifierTellsTheLocationBesideTheProbabilityThatItTellsWithoutIt() throws {
    let plain = try NewNetwork.fringe.model(Self.description, inputSize: 64, random: FormulaRandom(state: 1))
    let two = try plain.replacingLastLayers(Self.description, tellsLocation: true, random: FormulaRandom(state: 2))
    let one = try plain.replacingLastLayers(Self.description, tellsLocation: false, random: FormulaRandom(state: 2))
    #expect(two.tellsLocation && !one.tellsLocation && !plain.tellsLocation)
    let gray = (0..<3).flatMap { FormulaNumbers.patch($0, size: 64) }
    func judge(_ model: ModelFile, _ trial: Plan.Trial) throws -> (
      plan: Plan, probabilities: [Float], boxes: [[Float]?]
    ) {
      let plan = try Plan.make(for: model, batchCapacity: 4, trial: trial)
      let classifier = try PatchClassifier(model: model, plan: plan, batchCapacity: 4)
      #expect(classifier.tellsLocation == model.tellsLocation)
      var probabilities: [Float] = [0, 0, 0]
      gray.withUnsafeBufferPointer { gray in
        probabilities.withUnsafeMutableBufferPointer {
          classifier.classify(gray: gray, count: 3, probabilities: $0)
        }
      }
      let boxes = (0..<3).map { patch in
        classifier.location(ofPatch: patch).map { location in (0..<4).map { location[$0] } }
      }
      return (plan, probabilities, boxes)
    }
    let wanted = try Self.outputs(two, heads: ["location"])
    for trial in [Plan.Trial.none, .timed] {
      let (both, alone) = (try judge(two, trial), try judge(one, trial))
      for patch in 0..<2 {
        let box = try #require(both.boxes[patch])
        #expect(relativeDifference(box, Array(wanted[patch].suffix(4))) <= 1e-4)
        // The weights of the classes are drawn first.
        #expect(abs(both.probabilities[patch] - alone.probabilities[patch]) <= 1e-5)
      }
      #expect(alone.boxes.allSatisfy { $0 == nil })
      #expect(both.plan.kernels["location.image"] != nil && alone.plan.kernels["location.image"] == nil)
      #expect(try PlanReport(both.plan, of: two).layers.contains { $0.name == "location.image" })
    }
  }

  @Test func phasePolygonIsTheCosineAndSineAtEighthsOfATurn() throws {
    var sketch = GraphSketch(channels: 1, size: 9, random: FormulaRandom(state: 1))
    let value = sketch.flatten("flat", PhasePolygon.draw(on: &sketch, Graph.input))
    let graph = sketch.graph(output: value)
    let runner = try Runner(
      graph, input: .gray(mean: [0], scale: [1]), plan: Plan.standard(for: graph, batchCapacity: 1))
    let phases = (0..<81).map { Float($0 % 9) / 4 - 1 }
    runner.run(phases, count: 1)
    let found = Array(runner.output(0))
    let half = Float(0.5).squareRoot()
    let cosines: [Float] = [-1, -half, 0, half, 1, half, 0, -half, -1]
    let sines: [Float] = [0, -half, -1, -half, 0, half, 1, half, 0]
    for index in 0..<9 {
      #expect(abs(found[index] - cosines[index]) < 1e-6)
      #expect(abs(found[81 + index] - sines[index]) < 1e-6)
    }
  }
}
