import FormulaNetworks
import Testing

@testable import NeuralNetwork

@Suite struct MetadataTests {
  @Test func everyKeyIsRead() throws {
    let metadata = try ModelFile(bytes: SmallModels.classifier()).metadata
    #expect(metadata.name == "small")
    #expect(metadata.version == "1")
    #expect(metadata.inputSize == 8)
    #expect(metadata.channels == 3)
    #expect(metadata.mean == [100, 110.5, 120])
    #expect(metadata.scale == [0.01, 0.02, 0.015])
    #expect(metadata.classNames == ["background", "deformation"])
    #expect(metadata.deformationClass == "deformation")
    #expect(metadata.output == .logits)
    #expect(metadata.trainingData == "none, weights by formula")
  }

  @Test func whatElseAModelSaysOfItselfIsKept() throws {
    var metadata = SmallModels.metadata
    metadata["volcsweep.limits"] = " rings of the air\n"
    metadata["volcsweep.scores"] = " "
    metadata["other.limits"] = "none"
    let remarks = try ModelFile(bytes: SmallModels.classifier(metadata: metadata)).metadata.remarks
    #expect(remarks == ["limits": "rings of the air"])
  }

  @Test(arguments: SmallModels.metadata.keys.sorted())
  func missingKeyIsNamed(key: String) {
    var metadata = SmallModels.metadata
    metadata[key] = nil
    guard case .missingMetadata(let named, _)? = SmallModels.problem(SmallModels.classifier(metadata: metadata))
    else {
      Issue.record("\(key) was not missed")
      return
    }
    #expect(named == key)
  }

  @Test(
    arguments: [
      ("name", " "), ("version", ""), ("input_size", "eight"), ("input_size", "0"), ("input_size", "100000"),
      ("channels", "2"), ("channels", "0"), ("mean", "1,2"), ("mean", "1,2,x"), ("mean", "1,2,nan"),
      ("scale", "1,0,1"), ("scale", "1,1,inf"), ("scale", "1,1,1,1"), ("class_names", "one"),
      ("class_names", "deformation,deformation"), ("class_names", "deformation,"), ("deformation_class", "water"),
      ("output", "odds"), ("training_data", "\n"),
    ])
  func impossibleValueIsNamedWithItsKey(key: String, value: String) {
    var metadata = SmallModels.metadata
    metadata["volcsweep.\(key)"] = value
    // With other classes the deformation class is impossible as well; the classes are to be named.
    if value == "one" { metadata["volcsweep.deformation_class"] = "one" }
    let problem = SmallModels.problem(SmallModels.classifier(metadata: metadata))
    guard case .impossibleMetadata(let named, let shown, _)? = problem else {
      Issue.record("\(key) = \(value): \(String(describing: problem))")
      return
    }
    #expect(named == "volcsweep.\(key)")
    #expect(shown == value)
  }

  @Test func outputFollowsTheLastNodeUnlessItIsStated() throws {
    #expect(try ModelFile(bytes: SmallModels.classifier(ending: "Softmax")).metadata.output == .probabilities)
    #expect(try ModelFile(bytes: SmallModels.classifier(ending: "Sigmoid")).metadata.output == .probabilities)
    var stated = SmallModels.metadata
    stated["volcsweep.output"] = "probabilities"
    #expect(try ModelFile(bytes: SmallModels.classifier(metadata: stated)).metadata.output == .probabilities)
    stated["volcsweep.output"] = "logits"
    guard
      case .impossibleMetadata("volcsweep.output", "logits", _)? = SmallModels.problem(
        SmallModels.classifier(metadata: stated, ending: "Softmax"))
    else {
      Issue.record("logits out of a softmax were accepted")
      return
    }
  }

  @Test func logitsGetTheSoftmaxThatTheGraphLeavesOut() throws {
    let patch = FormulaNumbers.patch(0, size: 8)
    let logits = try PatchClassifier(model: ModelFile(bytes: SmallModels.classifier()), batchCapacity: 2)
    let softmax = try PatchClassifier(
      model: ModelFile(bytes: SmallModels.classifier(ending: "Softmax")), batchCapacity: 2)
    let probabilities = logits.probabilities([patch])
    #expect(probabilities == softmax.probabilities([patch]))
    #expect(probabilities[0] > 0.05 && probabilities[0] < 0.95)
  }

  @Test func theDeformationClassIsTheOneReported() throws {
    var other = SmallModels.metadata
    other["volcsweep.deformation_class"] = "background"
    let patch = FormulaNumbers.patch(0, size: 8)
    let second = try PatchClassifier(model: ModelFile(bytes: SmallModels.classifier()), batchCapacity: 1)
    let first = try PatchClassifier(
      model: ModelFile(bytes: SmallModels.classifier(metadata: other)), batchCapacity: 1)
    let sum = second.probabilities([patch])[0] + first.probabilities([patch])[0]
    #expect(abs(sum - 1) < 1e-6)
  }
}
