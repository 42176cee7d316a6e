import FormulaNetworks
import Foundation
import Testing

@testable import NeuralNetwork

/// Layers that overlapping patches share, beside ONNX Runtime's numbers for each patch by itself.
@Suite struct TrunkTests {
  private struct Case: Decodable {
    let side: Int
    let kinds: [Int]
    let starts: [Int]
    let probabilities: [[Float]]
  }

  private static func expected(_ name: String) throws -> Case {
    let cases = try JSONDecoder().decode(
      [String: Case].self, from: Data(contentsOf: NetworkFiles.url("Trunks/trunks.json")))
    return try #require(cases[name])
  }

  private static func model(_ name: String) throws -> ModelFile {
    let isTrunk = ["small_sweep", "first_block"].contains(name)
    return try ModelFile(contentsOf: isTrunk ? NetworkFiles.trunk(name) : NetworkFiles.operators(name))
  }

  @Test func theWholeOfANetworkWithoutPaddingIsSharedUpToWhatSumsUpAPatch() throws {
    let model = try Self.model("small_sweep")
    let graph = model.graph.reduced(toHeads: [])
    // The last patches, flush with the edge, start at pixel 276: where patches are few it saves more to share as much as
    // these can than to share more without them. 1 alone divides 111.
    for (patchStride, stride, last) in [(16, 16, "relu6"), (112, 4, "relu1"), (56, 4, "relu1"), (111, 1, "phase")] {
      let trunk = try #require(Trunk.find(in: graph, patchStride: patchStride))
      #expect(trunk.stride == .init(height: stride, width: stride), "patches each \(patchStride)")
      #expect(graph.layers[trunk.layerCount - 1].name == last, "patches each \(patchStride)")
    }
  }

  @Test func ofANetworkLikeAlexNetTheFirstBlockIsShared() throws {
    let model = try Self.model("first_block")
    let trunk = try #require(Trunk.find(in: model.graph, patchStride: 56))
    #expect(model.graph.layers[trunk.layerCount - 1].name == "pool1")
    #expect(trunk.stride == .init(height: 8, width: 8))
  }

  @Test func aPaddedNetworkSharesNothing() throws {
    for name in ["residual", "asymmetric_convolution", "automatic_padding"] {
      #expect(Trunk.find(in: try Self.model(name).graph, patchStride: 1) == nil, "\(name)")
    }
  }

  /// Two arithmetics: whole images and patches add up in other orders, and Winograd's tiles lie elsewhere, which moves a
  /// logit by some millionths. Against ONNX Runtime the bar is that of every network here.
  @Test(arguments: ["small_sweep", "first_block"], [Plan.Trial.none, .timed])
  func sharedPatchesHaveTheProbabilitiesThatTheyHaveAlone(name: String, trial: Plan.Trial) throws {
    let (model, expected) = (try Self.model(name), try Self.expected(name))
    let stride = expected.starts[1]
    let plan = try Plan.make(for: model, batchCapacity: 16, patchStride: stride, trial: trial)
    let classifier = try PatchClassifier(model: model, plan: plan, batchCapacity: 16)
    let size = classifier.inputSize
    let lattice = try #require(classifier.trunkStride)
    let shared = expected.starts.filter { $0 % lattice.rows == 0 }
    let last = try #require(shared.last)
    let trunk = try #require(classifier.trunk(height: last + size, width: last + size))
    for (kind, wanted) in zip(expected.kinds, expected.probabilities) {
      let image = FormulaNumbers.patch(kind, size: expected.side)
      trunk.run(gray: image, rasterWidth: expected.side, row: 0, column: 0)
      var crops = [Float](repeating: .nan, count: shared.count * shared.count * classifier.sharedCount)
      var alone: [Float] = []
      var selected: [Int] = []
      for (patch, origin) in Self.origins(expected.starts).enumerated()
      where origin.row % lattice.rows == 0 && origin.column % lattice.columns == 0 {
        crops.withUnsafeMutableBufferPointer {
          guard let base = $0.baseAddress else { return }
          trunk.copyPatch(
            row: origin.row, column: origin.column, into: base + selected.count * classifier.sharedCount)
        }
        alone += Self.crop(image, side: expected.side, origin, size: size)
        selected.append(patch)
      }
      let together = Self.judge(classifier, alone: [], shared: crops)
      let apart = Self.judge(classifier, alone: alone, shared: [])
      for (index, patch) in selected.enumerated() {
        #expect(abs(together[index] - wanted[patch]) <= 1e-4, "patch \(patch) of image \(kind)")
        #expect(abs(together[index] - apart[index]) <= 1e-5, "patch \(patch) of image \(kind)")
      }
      // Mixed, in parts, and the other way round: the same bytes.
      let half = selected.count / 2
      let mixed = Self.judge(
        classifier, alone: Array(alone[..<(half * size * size)]),
        shared: Array(crops[(half * classifier.sharedCount)...]))
      #expect(mixed == Array(apart[..<half] + together[half...]))
      let single = Self.judge(classifier, alone: [], shared: Array(crops.suffix(classifier.sharedCount)))
      #expect(single == [together[selected.count - 1]])
    }
  }

  private static func origins(_ starts: [Int]) -> [(row: Int, column: Int)] {
    starts.flatMap { row in starts.map { (row, $0) } }
  }

  private static func crop(_ image: [Float], side: Int, _ origin: (row: Int, column: Int), size: Int) -> [Float] {
    (origin.row..<(origin.row + size)).flatMap {
      image[($0 * side + origin.column)..<($0 * side + origin.column + size)]
    }
  }

  private static func judge(_ classifier: PatchClassifier, alone: [Float], shared: [Float]) -> [Float] {
    let pixels = classifier.inputSize * classifier.inputSize
    let count = alone.count / pixels
    var result = [Float](repeating: .nan, count: count + shared.count / classifier.sharedCount)
    (alone + [0]).withUnsafeBufferPointer { alone in
      shared.withUnsafeBufferPointer { shared in
        result.withUnsafeMutableBufferPointer {
          classifier.classify(gray: alone, count: count, shared: shared, probabilities: $0)
        }
      }
    }
    return result
  }

  @Test func planTellsTheTrunkAndIsRefusedWhereItIsNotTheNetworks() throws {
    let model = try Self.model("first_block")
    let plain = try Plan.make(for: model, batchCapacity: 4)
    let plan = try Plan.make(for: model, batchCapacity: 4, patchStride: 56)
    #expect(plain.trunk == nil && plan.trunk?.layer == "pool1" && plan.hash != plain.hash)
    #expect(try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan)) == plan)
    func altered(_ layer: String, _ patchStride: Int, _ kernels: [String: Plan.Kernel]) -> Plan {
      Plan(
        batchCapacity: plan.batchCapacity, chunk: plan.chunk, machine: plan.machine, kernels: plan.kernels,
        trunk: .init(patchStride: patchStride, layer: layer, kernels: kernels))
    }
    let kernels = try #require(plan.trunk?.kernels)
    for wrong in [
      altered("norm1", 56, kernels), altered("pool1", 55, kernels), altered("pool1", 0, kernels),
      altered("pool1", 56, [:]), altered("pool1", 56, ["conv1": .winograd(tile: 4)]),
      altered("pool1", 56, kernels.merging(["conv2": .columns]) { $1 }),
    ] {
      let error = #expect(throws: ModelError.self) {
        try PatchClassifier(model: model, plan: wrong, batchCapacity: 4)
      }
      guard case .planMismatch? = error?.problem else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    #expect(try PatchClassifier(model: model, plan: plan, batchCapacity: 4).plan == plan)
  }

  /// Branches that meet again, of windows whose strides leave pixels over.
  @Test func branchesThatMeetAgainAreSharedAsOne() throws {
    var metadata = SmallModels.metadata
    metadata["volcsweep.input_size"] = "24"
    let model = try ModelFile(
      bytes: ONNXWriter.model(metadata: metadata) { graph in
        func convolution(_ name: String, _ input: String, _ inputs: Int, _ outputs: Int, _ kernel: Int, _ step: Int)
        {
          let count = inputs * outputs * kernel * kernel
          graph.tensor("\(name).w", [outputs, inputs, kernel, kernel], FormulaNumbers.uniform(name, count: count))
          graph.node("Conv", name, [input, "\(name).w"], ["strides": .integers([step, step])])
        }
        convolution("a", "input", 3, 8, 3, 2)
        convolution("b", "a", 8, 8, 5, 1)
        convolution("c", "a", 8, 8, 3, 1)
        convolution("d", "c", 8, 8, 3, 1)
        graph.node("Add", "e", ["b", "d"])
        graph.node("Concat", "f", ["e", "b"], ["axis": .integer(1)])
        graph.node("AveragePool", "g", ["f"], ["kernel_shape": .integers([2, 2]), "strides": .integers([2, 2])])
        graph.node("GlobalAveragePool", "h", ["g"])
        graph.node("Flatten", "i", ["h"])
        graph.tensor("v", [2, 16], FormulaNumbers.uniform("v", count: 32, amplitude: 0.1))
        graph.node("Gemm", "j", ["i", "v"], ["transB": .integer(1)])
        graph.value(11, "input", [nil, 3, 24, 24])
        graph.value(12, "j", [nil, 2])
      })
    #expect(Trunk.all(in: model.graph).map { model.graph.layers[$0.layerCount - 1].name } == ["a", "f", "g"])
    let trunk = try #require(Trunk.find(in: model.graph, patchStride: 8))
    #expect(model.graph.layers[trunk.layerCount - 1].name == "g")
    let classifier = try PatchClassifier(
      model: model, plan: Plan.make(for: model, batchCapacity: 4, patchStride: 8), batchCapacity: 4)
    let image = FormulaNumbers.patch(6, size: 48)
    let over = try #require(classifier.trunk(height: 40, width: 32))
    over.run(gray: image, rasterWidth: 48, row: 5, column: 3)
    for origin in [(row: 0, column: 0), (row: 16, column: 8), (row: 4, column: 4)] {
      var crop = [Float](repeating: .nan, count: classifier.sharedCount)
      over.copyPatch(row: origin.row, column: origin.column, into: &crop)
      let alone = Self.crop(image, side: 48, (origin.row + 5, origin.column + 3), size: 24)
      let difference =
        Self.judge(classifier, alone: alone, shared: [])[0] - Self.judge(classifier, alone: [], shared: crop)[0]
      #expect(abs(difference) <= 1e-5)
    }
    #expect(classifier.trunk(height: 41, width: 32) == nil && classifier.trunk(height: 16, width: 32) == nil)
  }
}
