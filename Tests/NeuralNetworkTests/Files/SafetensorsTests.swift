import FormulaNetworks
import Testing

@testable import NeuralNetwork

/// Weights with torchvision's names in the built-in networks.
@Suite struct SafetensorsTests {
  @Test(arguments: ["resnet18", "resnet50", "vgg16"])
  func builtInNetworkGivesTheLogitsOfONNXRuntime(name: String) throws {
    let network = try Architecture.named(name)
    let wanted = try #require(network.heads["classes"])
    var metadata = network.metadata(name, classes: wanted[0].count)
    metadata["volcsweep.class_output"] = nil
    metadata["volcsweep.architecture"] = name
    var writer = SafetensorsWriter(metadata: metadata)
    for (tensor, shape) in network.tensors where !tensor.hasPrefix("location") {
      let key = tensor.hasPrefix("classes.") ? "classifier." + tensor.dropFirst(8) : tensor
      writer.tensor(key, shape, Architecture.weights(name, tensor, shape))
    }
    writer.member("bn1.num_batches_tracked", "I64", [], writer.numbers.count, writer.numbers.count + 8)
    writer.numbers += [UInt8](repeating: 0, count: 8)
    try check(writer.bytes, size: network.size, wanted: wanted)
  }

  @Test func builtInAlexNetGivesTheLogitsOfONNXRuntime() throws {
    let net = AlexNetModel.torchvision
    let expected = try ExpectedValues.alexNet(net.name)
    let onnx = try ONNXModel(net.bytes(lastAmplitude: expected.lastAmplitude, lastBias: expected.lastBias)[...])
    var writer = SafetensorsWriter(metadata: onnx.metadata.merging(["volcsweep.architecture": "alexnet"]) { $1 })
    let keys = [
      "conv1": "features.0", "conv2": "features.3", "conv3": "features.6", "conv4": "features.8",
      "conv5": "features.10", "fc6": "classifier.1", "fc7": "classifier.4", "fc8": "classifier.6",
    ]
    for tensor in onnx.graph.initializers {
      let parts = tensor.name.split(separator: ".")
      let key = try #require(keys[String(parts[0])])
      writer.tensor("\(key).\(parts[1])", tensor.dimensions, tensor.floats())
    }
    try check(writer.bytes, size: net.size, wanted: Array(expected.logits.prefix(2)))
  }

  private func check(_ bytes: [UInt8], size: Int, wanted: [[Float]]) throws {
    let model = try ModelFile(bytes: bytes, file: "weights.safetensors")
    #expect(model.metadata.output == .logits)
    let runner = try Runner(
      model.graph, input: .gray(mean: model.metadata.mean, scale: model.metadata.scale), batchCapacity: wanted.count
    )
    runner.run(wanted.indices.flatMap { FormulaNumbers.patch($0, size: size) }, count: wanted.count)
    for patch in wanted.indices {
      #expect(relativeDifference(Array(runner.output(patch)), wanted[patch]) <= 1e-4, "patch \(patch)")
    }
  }

  private static func alexNet(_ change: (inout SafetensorsWriter) -> Void = { _ in }) -> [UInt8] {
    var writer = SafetensorsWriter(
      metadata: SmallModels.metadata.merging(
        ["volcsweep.input_size": "67", "volcsweep.architecture": "alexnet"]) { $1 })
    for (index, outputs, inputs, kernel) in [
      (0, 2, 3, 11), (3, 2, 2, 5), (6, 2, 2, 3), (8, 2, 2, 3), (10, 2, 2, 3),
    ] {
      writer.tensor(
        "features.\(index).weight", [outputs, inputs, kernel, kernel],
        FormulaNumbers.uniform("\(index)", count: outputs * inputs * kernel * kernel))
      writer.tensor("features.\(index).bias", [outputs], [0, 0])
    }
    for (index, outputs, inputs) in [(1, 4, 72), (4, 4, 4), (6, 2, 4)] {
      let weights = FormulaNumbers.uniform("c\(index)", count: outputs * inputs)
      writer.tensor("classifier.\(index).weight", [outputs, inputs], weights)
      writer.tensor("classifier.\(index).bias", [outputs], [Float](repeating: 0, count: outputs))
    }
    change(&writer)
    return writer.bytes
  }

  @Test func smallAlexNetRunsWithAnInputThatItsAdaptivePoolingStretches() throws {
    let model = try ModelFile(bytes: Self.alexNet())
    let classifier = try PatchClassifier(model: model, batchCapacity: 2)
    #expect(classifier.probabilities([FormulaNumbers.patch(0, size: 67)])[0].isFinite)
  }

  @Test func everyTruncationIsAnErrorAndNothingWorse() {
    let sound = Self.alexNet()
    #expect(SmallModels.problem(sound) == nil)
    for count in stride(from: 0, to: sound.count, by: 7) {
      #expect(SmallModels.problem(Array(sound.prefix(count))) != nil, "\(count) bytes")
    }
  }

  @Test func damagedFilesAreRefusedWithTheTensorsName() {
    let cases: [(String, (inout SafetensorsWriter) -> Void)] = [
      ("features.0.bias", { $0.members = $0.members.map { $0.replacing("0.bias", with: "0.bios") } }),
      ("extra", { $0.tensor("extra", [1], [1]) }),
      ("twice", { $0.members += ["\"twice\":{}", "\"twice\":{}"] }),
      ("overlap", { $0.member("features.9", "F32", [1], 4, 8) }),
      ("past", { $0.member("features.9", "F32", [1], $0.numbers.count, $0.numbers.count + 4) }),
      ("gap", { $0.member("features.9", "F32", [0], $0.numbers.count + 4, $0.numbers.count + 4) }),
      ("belong to no tensor", { $0.numbers += [1, 2, 3, 4] }),
      ("'F4'", { $0.member("features.9", "F4", [0], $0.numbers.count, $0.numbers.count) }),
      ("[3]", { $0.member("features.9", "F32", [3], $0.numbers.count, $0.numbers.count) }),
      ("whole numbers", { $0.members.append("\"features.9\":{\"shape\":[-1]}") }),
      ("whole numbers", { $0.members.append("\"features.9\":{\"shape\":[99999999999999999999]}") }),
      ("are not its", { $0.member("features.9", "F32", [Int.max, Int.max], $0.numbers.count, $0.numbers.count) }),
      ("no 'stride'", { $0.members.append("\"features.9\":{\"stride\":[1]}") }),
      ("is missing", { $0.members.append("\"features.9\":{\"shape\":[1]}") }),
      ("start and an end", { $0.members.append("\"features.9\":{\"data_offsets\":[8,4]}") }),
      ("expected ':'", { $0.members.append("\"features.9\"") }),
      ("expected '\"'", { $0.members.append("features") }),
      ("escape", { $0.members.append("\"a\\u12\":{}") }),
    ]
    for (part, change) in cases {
      let problem = SmallModels.problem(Self.alexNet(change))
      guard case .malformedWeights? = problem, let problem else {
        Issue.record("\(part): \(String(describing: problem))")
        continue
      }
      // A name or the reason must be in the message.
      let text = problem.description
      #expect(text.contains(part) || text.contains("features.9"), "\(part): \(text)")
    }
  }

  @Test func weightsOfAnotherShapeAreRefusedWithTheLayersName() {
    let bytes = Self.alexNet { writer in
      writer.members = writer.members.map {
        $0.replacing("\"features.3.weight\"", with: "\"kept\"").replacing(
          "\"features.6.weight\"", with: "\"features.3.weight\""
        )
        .replacing("\"kept\"", with: "\"features.6.weight\"")
      }
    }
    guard case .unsupported("'features.3'", "Conv", "kernel_shape", _)? = SmallModels.problem(bytes) else {
      Issue.record("\(String(describing: SmallModels.problem(bytes)))")
      return
    }
  }

  @Test func networkThatIsNotBuiltInIsNamed() {
    var writer = SafetensorsWriter(metadata: ["volcsweep.architecture": "lenet"])
    guard case .impossibleMetadata("volcsweep.architecture", "lenet", _)? = SmallModels.problem(writer.bytes) else {
      Issue.record("lenet was accepted")
      return
    }
    writer = SafetensorsWriter(metadata: [:])
    guard case .missingMetadata("volcsweep.architecture", _)? = SmallModels.problem(writer.bytes) else {
      Issue.record("a file without a network was accepted")
      return
    }
  }

  @Test func halfPrecisionNumbersAreExact() {
    for value: Float in [0, 1, -2, 0.333251953125, 65504, 6.103515625e-5, 5.960464477539063e-8, -.infinity] {
      #expect(Float(halfPrecision: Self.halfBits(value)) == value)
    }
    #expect(Float(halfPrecision: 0x7e00).isNaN)
  }

  /// For numbers that half precision holds exactly.
  private static func halfBits(_ value: Float) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    if value.isInfinite { return sign | 0x7c00 }
    let magnitude = abs(value)
    if magnitude < 0x1p-14 { return sign | UInt16(magnitude * 0x1p24) }
    let fraction = UInt16((magnitude.significand - 1) * 1024)
    return sign | UInt16(Int(magnitude.exponent) + 15) << 10 | fraction
  }
}
