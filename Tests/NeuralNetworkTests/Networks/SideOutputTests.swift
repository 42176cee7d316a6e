import FormulaNetworks
import Foundation
import Testing

@testable import NeuralNetwork

/// Where a source is, and the embedding, beside ONNX Runtime's numbers.
@Suite struct SideOutputTests {
  private struct Expected: Decodable {
    let kinds: [Int]
    let probabilities: [Float]
    let area: [[Float]]
    let centre: [[Float]]
    let embedding: [[Float]]
  }

  /// What a classifier says of patches.
  private struct Said {
    var probabilities: [Float] = []
    var area: [[Float]] = []
    var centre: [[Float]] = []
    var embedding: [[Float]] = []

    private var all: [[Float]] { [probabilities] + area + centre + embedding }

    func isLike(_ other: Said, within tolerance: Float) -> Bool {
      all.map(\.count) == other.all.map(\.count)
        && zip(all.joined(), other.all.joined()).allSatisfy { abs($0 - $1) <= tolerance }
    }
  }

  private static func model() throws -> ModelFile { try ModelFile(contentsOf: NetworkFiles.sides) }

  private static func expected() throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Data(contentsOf: NetworkFiles.url("Sides/sides.json")))
  }

  private static func add(
    _ patch: Int, cells: Int, to said: inout Said,
    copy: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void, embedding: UnsafeBufferPointer<Float>?
  ) throws {
    var area = [Float](repeating: .nan, count: cells * cells)
    var centre = area
    copy(&area, &centre)
    said.area.append(area)
    said.centre.append(centre)
    said.embedding.append(Array(try #require(embedding)))
  }

  private static func judge(_ classifier: PatchClassifier, alone: [Float], shared: [Float] = []) throws -> Said {
    let count = alone.count / (classifier.inputSize * classifier.inputSize)
    let all = count + (shared.isEmpty ? 0 : shared.count / classifier.sharedCount)
    var said = Said(probabilities: [Float](repeating: .nan, count: all))
    (alone + [0]).withUnsafeBufferPointer { alone in
      shared.withUnsafeBufferPointer { shared in
        said.probabilities.withUnsafeMutableBufferPointer {
          classifier.classify(
            gray: alone, count: count, shared: shared.isEmpty ? nil : shared, probabilities: $0)
        }
      }
    }
    let cells = try #require(classifier.sourceCells)
    for patch in 0..<all {
      try add(
        patch, cells: cells, to: &said,
        copy: { classifier.copySourceCells(ofPatch: patch, area: $0, centre: $1) },
        embedding: classifier.embedding(ofPatch: patch))
    }
    return said
  }

  private static func patches() throws -> (gray: [Float], wanted: Said) {
    let expected = try expected()
    return (
      expected.kinds.flatMap { FormulaNumbers.patch($0, size: 64) },
      Said(
        probabilities: expected.probabilities, area: expected.area, centre: expected.centre,
        embedding: expected.embedding)
    )
  }

  @Test(arguments: [Plan.Trial.none, .timed])
  func networkTellsWhatONNXRuntimeDoesInRowsAndColumnsOfThePatch(trial: Plan.Trial) throws {
    let (model, (gray, wanted)) = (try Self.model(), try Self.patches())
    #expect(model.sourceCells == 8 && model.embeddingCount == 10)
    #expect(
      model.outputDescriptions.map { "\($0.name): \($0.text)" } == [
        "embedding: 10", "where: 8 × 8 cells of 8 pixels",
      ])
    let classifier = try PatchClassifier(
      model: model, plan: Plan.make(for: model, batchCapacity: 4, trial: trial), batchCapacity: 4)
    #expect(classifier.sourceCells == 8 && classifier.embeddingCount == 10)
    #expect(classifier.planDescription.contains("ramps to 8"), "\(classifier.planDescription)")
    #expect(try Self.judge(classifier, alone: gray).isLike(wanted, within: 1e-4))
  }

  @Test func patchesThatShareTheCellsTellTheSame() throws {
    let model = try Self.model()
    let plan = try Plan.make(for: model, batchCapacity: 4, patchStride: 20)
    #expect(plan.trunk?.layer == "cells")
    let classifier = try PatchClassifier(model: model, plan: plan, batchCapacity: 4)
    let lattice = try #require(classifier.trunkStride)
    #expect(lattice.rows == 4 && lattice.columns == 4)
    let image = FormulaNumbers.patch(6, size: 104)
    let trunk = try #require(classifier.trunk(height: 104, width: 84))
    trunk.run(gray: image, rasterWidth: 104, row: 0, column: 8)
    var (alone, shared): ([Float], [Float]) = ([], [])
    for origin in [(row: 0, column: 0), (row: 40, column: 20), (row: 20, column: 4)] {
      var crop = [Float](repeating: .nan, count: classifier.sharedCount)
      trunk.copyPatch(row: origin.row, column: origin.column, into: &crop)
      shared += crop
      for row in origin.row..<(origin.row + 64) {
        alone += image[(row * 104 + origin.column + 8)..<(row * 104 + origin.column + 72)]
      }
    }
    let (together, apart) = (
      try Self.judge(classifier, alone: [], shared: shared), try Self.judge(classifier, alone: alone)
    )
    #expect(together.isLike(apart, within: 1e-5))
    let mixed = try Self.judge(
      classifier, alone: Array(alone.prefix(64 * 64)), shared: Array(shared.suffix(crops(2))))
    #expect(mixed.area == [apart.area[0]] + together.area[1...])
    #expect(mixed.embedding == [apart.embedding[0]] + together.embedding[1...])

    func crops(_ count: Int) -> Int { count * classifier.sharedCount }
  }

  /// A layer that one of the outputs branches off before cannot be started from.
  @Test func layersBehindEverySplitPointTellWhatTheWholeNetworkDoes() throws {
    let (model, (gray, wanted)) = (try Self.model(), try Self.patches())
    #expect(model.splitPoints.map(\.layer) == ["cells", "conv1.relu", "pool1", "conv2.relu", "pool2"])
    for splitPoint in model.splitPoints {
      let plan = try Plan.make(for: model, batchCapacity: 3)
      let whole = try PatchClassifier(model: model, plan: plan, batchCapacity: 3, storing: splitPoint)
      #expect(try Self.judge(whole, alone: gray).isLike(wanted, within: 1e-4))
      let activations = (0..<3).flatMap { Array(whole.activations(ofPatch: $0) ?? .init(start: nil, count: 0)) }
      let head = try HeadClassifier(model: model, cut: splitPoint, plan: plan, batchCapacity: 3)
      #expect(head.sourceCells == 8 && head.embeddingCount == 10)
      var said = Said(probabilities: [0, 0, 0])
      try activations.withUnsafeBufferPointer { numbers in
        let base = try #require(numbers.baseAddress)
        said.probabilities.withUnsafeMutableBufferPointer {
          head.classify(activations: base, count: 3, probabilities: $0)
        }
      }
      for patch in 0..<3 {
        try Self.add(
          patch, cells: 8, to: &said, copy: { head.copySourceCells(ofPatch: patch, area: $0, centre: $1) },
          embedding: head.embedding(ofPatch: patch))
      }
      #expect(said.isLike(wanted, within: 1e-4), "behind \(splitPoint.layer)")
    }
    #expect(throws: ModelError.self) { try model.splitPoint(after: "embedding") }
  }

  @Test func partsOfACellLieSideBySide() throws {
    let head = try SourceHead(.image(channels: 18, height: 2, width: 2), inputSide: 12)
    #expect(head.side == 6)
    // Of the output (channel, row, column): its place among the rows and columns of the patch, in 64ths.
    var numbers = [Float](repeating: 0, count: 72)
    for channel in 0..<18 {
      for place in 0..<4 {
        let part = channel % 9
        let (row, column) = (place / 2 * 3 + part / 3, place % 2 * 3 + part % 3)
        numbers[channel * 4 + place] = Float(row * 6 + column + (channel < 9 ? 0 : 1)) / 64
      }
    }
    var (area, centre) = ([Float](repeating: .nan, count: 36), [Float](repeating: .nan, count: 36))
    head.arrange(numbers, area: &area, centre: &centre)
    #expect(area == (0..<36).map { Float($0) / 64 } && centre == (1...36).map { Float($0) / 64 })
    head.arrange(
      [Float](repeating: .nan, count: 36) + [Float](repeating: 1.1, count: 36), area: &area, centre: &centre)
    #expect(area == [Float](repeating: 0, count: 36) && centre == [Float](repeating: 1, count: 36))
  }

  @Test func networkWithoutThemTellsNothing() throws {
    let model = try ModelFile(bytes: SmallModels.classifier())
    #expect(model.sourceCells == nil && model.embeddingCount == 0 && model.outputDescriptions.isEmpty)
    let classifier = try PatchClassifier(model: model, batchCapacity: 1)
    #expect(classifier.sourceCells == nil && classifier.embedding(ofPatch: 0) == nil)
  }

  /// An output of a small model, made of its value of 4 × 4 × 4 by `nodes`.
  private static func problem(_ output: String, _ nodes: (inout ONNXWriter) -> Void) -> ModelError.Problem? {
    var metadata = SmallModels.metadata
    metadata["volcsweep.class_output"] = "g"
    return SmallModels.problem(
      SmallModels.classifier(metadata: metadata) { graph in
        nodes(&graph)
        graph.value(12, output, [])
      })
  }

  private static func layer(_ outputs: Int, stride: Int = 1, _ graph: inout ONNXWriter) {
    graph.tensor("s", [outputs, 4, 1, 1], FormulaNumbers.uniform("s", count: 4 * outputs))
    graph.node("Conv", "s.places", ["r", "s"], ["strides": .integers([stride, stride])])
  }

  @Test func outputsOfOtherShapesOrRangesAreRefusedWithWhatIsExpected() {
    func reason(_ problem: ModelError.Problem?, _ name: String) -> String {
      guard case .unusableOutput(name, let reason)? = problem else { return "\(String(describing: problem))" }
      return reason
    }
    func source(_ outputs: Int, stride: Int = 1, _ ending: String = "Sigmoid") -> String {
      reason(
        Self.problem("where") { graph in
          Self.layer(outputs, stride: stride, &graph)
          graph.tensor("low", [], [0])
          graph.tensor("high", [], [ending == "Clip" ? 1 : 2])
          let inputs = ending == "Sigmoid" || ending == "Relu" ? ["s.places"] : ["s.places", "low", "high"]
          graph.node(ending == "Wide" ? "Clip" : ending, "where", inputs)
        }, "where")
    }
    #expect(source(8) == "nil" && source(2) == "nil" && source(8, "Clip") == "nil")
    #expect(source(7).contains("is 7 × 4 × 4 a patch, expected 2k² × r × r"))
    #expect(source(578).contains("k from 1 to 16"))
    #expect(source(18).contains("12 × 12 parts, which do not divide a patch of 8 × 8 pixels"))
    #expect(source(8, "Relu").contains("not kept within 0…1") && source(8, "Wide").contains("Sigmoid"))
    func embedding(_ outputs: Int, isFlat: Bool) -> String {
      reason(
        Self.problem("embedding") { graph in
          Self.layer(outputs, stride: 4, &graph)
          graph.node(isFlat ? "Flatten" : "Relu", "embedding", ["s.places"])
        }, "embedding")
    }
    #expect(embedding(128, isFlat: true) == "nil")
    #expect(embedding(129, isFlat: true).contains("is 129 a patch, expected a vector of 1 to 128 numbers"))
    #expect(embedding(12, isFlat: false).contains("is 12 × 1 × 1 a patch"))
  }

  /// The trunk of the default model's form is all that does not depend on where a patch ends.
  @Test func cellsOfANetworkAsLargeAsTheDefaultModelAreShared() throws {
    var metadata = SmallModels.metadata
    metadata["volcsweep.channels"] = "1"
    metadata["volcsweep.mean"] = "127.5"
    metadata["volcsweep.scale"] = "0.01"
    metadata["volcsweep.input_size"] = "224"
    let model = try ModelFile(
      bytes: ONNXWriter.model(metadata: metadata) { graph in
        func convolution(
          _ name: String, _ input: String, _ shape: [Int], stride: Int = 1, pad: Int = 0, groups: Int = 1
        ) {
          graph.tensor("\(name).w", shape, [Float](repeating: 0.5, count: shape.reduce(1, *)))
          graph.node(
            "Conv", name, [input, "\(name).w"],
            [
              "strides": .integers([stride, stride]), "pads": .integers([pad, pad, pad, pad]),
              "group": .integer(groups),
            ])
        }
        convolution("steps", "input", [16, 1, 2, 2])
        graph.node("Relu", "ramps", ["steps"])
        convolution("cells", "ramps", [8, 16, 3, 3], stride: 4)
        var (value, channels) = ("cells", 8)
        for (number, (outputs, isPooled)) in [
          (96, true), (80, true), (96, false), (160, true), (192, false), (256, false),
        ].enumerated() {
          convolution("conv\(number)", value, [outputs, channels / 2, 3, 3], pad: 1, groups: 2)
          graph.node("Relu", "relu\(number)", ["conv\(number)"])
          (value, channels) = ("relu\(number)", outputs)
          guard isPooled else { continue }
          graph.node(
            "MaxPool", "pool\(number)", [value],
            ["kernel_shape": .integers([2, 2]), "strides": .integers([2, 2])])
          value = "pool\(number)"
        }
        graph.node("GlobalAveragePool", "mean", [value])
        graph.node("Flatten", "flat", ["mean"])
        graph.tensor("score.w", [2, 256], [Float](repeating: 0.5, count: 512))
        graph.node("Gemm", "score", ["flat", "score.w"], ["transB": .integer(1)])
        graph.value(11, "input", [nil, 1, 224, 224])
        graph.value(12, "score", [nil, 2])
      })
    for patchStride in [112, 140, 144] {
      let trunk = try #require(Trunk.find(in: model.sweptGraph, patchStride: patchStride), "every \(patchStride)")
      #expect(trunk.stride == .init(height: 4, width: 4))
      #expect(model.sweptGraph.layers[trunk.layerCount - 1].name == "cells")
    }
    #expect(Trunk.find(in: model.sweptGraph, patchStride: 141) == nil)
  }
}
