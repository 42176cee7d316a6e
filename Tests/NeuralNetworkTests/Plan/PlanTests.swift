import FormulaNetworks
import Foundation
import Synchronization
import Testing

@testable import NeuralNetwork

/// A plan decides how a network is computed, and nothing else does.
@Suite struct PlanTests {
  /// 3 × 3 and 5 × 5 convolutions, grouped and not, with edges that no tile size divides.
  static func network(size: Int = 23) -> [UInt8] {
    var metadata = SmallModels.metadata
    metadata["volcsweep.input_size"] = "\(size)"
    return ONNXWriter.model(metadata: metadata) { graph in
      var value = "input"
      var channels = 3
      for (name, outputs, kernel, groups) in [("a", 16, 3, 1), ("b", 24, 3, 1), ("c", 32, 5, 1), ("d", 32, 3, 2)] {
        let inputs = channels / groups
        let amplitude = Float((6 / Double(inputs * kernel * kernel)).squareRoot())
        graph.tensor(
          "\(name).w", [outputs, inputs, kernel, kernel],
          FormulaNumbers.uniform("\(name).w", count: outputs * inputs * kernel * kernel, amplitude: amplitude))
        graph.tensor("\(name).b", [outputs], FormulaNumbers.uniform("\(name).b", count: outputs))
        graph.node(
          "Conv", name, [value, "\(name).w", "\(name).b"],
          ["pads": .integers([1, 2, 0, 1]), "group": .integer(groups)])
        graph.node("Relu", "\(name).r", [name])
        (value, channels) = ("\(name).r", outputs)
      }
      graph.node("GlobalAveragePool", "p", [value])
      graph.node("Flatten", "f", ["p"])
      graph.tensor("v", [40, 32], FormulaNumbers.uniform("v", count: 1280))
      graph.node("Gemm", "g", ["f", "v"], ["transB": .integer(1)])
      graph.node("Relu", "gr", ["g"])
      graph.tensor("u", [2, 40], FormulaNumbers.uniform("u", count: 80))
      graph.node("Gemm", "out", ["gr", "u"], ["transB": .integer(1)])
      graph.value(11, "input", [nil, 3, size, size])
      graph.value(12, "out", [nil, 2])
    }
  }

  private static func plan(_ graph: Graph, capacity: Int, chunk: Int, tile: Int?) -> Plan {
    let pairs = graph.layers.compactMap { layer -> (String, Plan.Kernel)? in
      guard let shape = ConvolutionShape(layer, in: graph) else { return nil }
      let wanted = tile.map { Plan.Kernel.winograd(tile: $0) } ?? .columns
      return (layer.name, shape.kernels(setting(chunk: chunk)).contains(wanted) ? wanted : .columns)
    }
    return Plan(
      batchCapacity: capacity, chunk: chunk, machine: Plan.thisMachine,
      kernels: Dictionary(uniqueKeysWithValues: pairs))
  }

  private static func setting(chunk: Int) -> PlanSetting {
    PlanSetting(library: .cblas, precision: .float32, chunk: chunk, batchCapacity: chunk)
  }

  static func outputs(_ runner: Runner, _ patches: [[Float]]) -> [[UInt32]] {
    runner.run(patches.flatMap { $0 }, count: patches.count)
    return patches.indices.map { runner.output($0).map(\.bitPattern) }
  }

  @Test func threadsThatAskAtATimeAreToldOfTheSameMachine() {
    let told = Mutex(Set<String>())
    DispatchQueue.concurrentPerform(iterations: 2000) { _ in
      let machine = Plan.thisMachine
      told.withLock { _ = $0.insert(machine) }
    }
    #expect(told.withLock { $0.count } == 1)
  }

  @Test(arguments: [2, 4, 5], [1, 3, 4])
  func everyKernelGivesThePlainResultAndTheSameBytesEverywhere(tile: Int, chunk: Int) throws {
    let model = try ModelFile(bytes: Self.network())
    let capacity = 9
    let plain = try Runner(
      model.graph, input: .tensor, plan: Self.plan(model.graph, capacity: capacity, chunk: 1, tile: nil))
    let tiled = Self.plan(model.graph, capacity: capacity, chunk: chunk, tile: tile)
    let runner = try Runner(model.graph, input: .tensor, plan: tiled)
    let patches = (0..<capacity).map { FormulaNumbers.uniform("plan.\($0)", count: runner.inputCount) }
    let whole = Self.outputs(runner, patches)
    let wanted = Self.outputs(plain, patches)
    for patch in patches.indices {
      let difference = relativeDifference(
        whole[patch].map { Float(bitPattern: $0) }, wanted[patch].map { Float(bitPattern: $0) })
      #expect(difference < 2e-5, "patch \(patch)")
    }
    #expect(Self.outputs(runner, patches.reversed()) == whole.reversed())
    #expect(Self.outputs(runner, Array(patches[..<4])) + Self.outputs(runner, Array(patches[4...])) == whole)
    for patch in patches.indices { #expect(Self.outputs(runner, [patches[patch]]) == [whole[patch]]) }
  }

  @Test func everyTileSizeIsTriedWhereTheBLASAllowsIt() throws {
    let graph = try ModelFile(bytes: Self.network()).graph
    let shapes = graph.layers.compactMap { ConvolutionShape($0, in: graph) }
    // The second: 16 to 24 channels, 3 × 3.
    let kernels = shapes[1].kernels(Self.setting(chunk: 1))
    #expect(kernels.first == .columns)
    guard BLASEnvironment.kernelName == "SkylakeX" || BLASEnvironment.kernelName == "Cooperlake" else { return }
    #expect(kernels == [.columns, .winograd(tile: 2), .winograd(tile: 4), .winograd(tile: 5)])
    #expect(shapes[2].kernels(Self.setting(chunk: 4)) == [.columns, .winograd(tile: 2), .winograd(tile: 4)])
  }

  @Test(arguments: [(2, 3), (3, 3), (4, 3), (5, 3), (2, 5), (4, 5)])
  func transformIsTheConvolution(outputs: Int, taps: Int) {
    let transform = WinogradTransform(outputs: outputs, taps: taps)
    let data = (0..<transform.inputs).map { (index: Int) -> Double in
      let x = Double(index)
      return 3 * x * x - 7 * x + 2
    }
    let filter = (0..<taps).map { (index: Int) -> Double in 2 * Double(index) - 3 }
    func times(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
      matrix.map { row in row.indices.reduce(0.0) { (sum: Double, index: Int) in sum + row[index] * vector[index] }
      }
    }
    let filtered = times(transform.filterMatrix, filter)
    let transformed = times(transform.inputMatrix, data)
    let products: [Double] = filtered.indices.map { filtered[$0] * transformed[$0] }
    for (index, found) in times(transform.outputMatrix, products).enumerated() {
      let wanted = (0..<taps).reduce(0.0) { (sum: Double, tap: Int) in sum + filter[tap] * data[index + tap] }
      let allowed: Double = 1e-9 * max(1, abs(wanted))
      #expect(abs(found - wanted) < allowed)
    }
  }

  @Test func planSurvivesItsWritingAndGivesAnotherProcessTheSameBytes() throws {
    let model = try ModelFile(bytes: Self.network())
    let made = try Plan.make(for: model, batchCapacity: 5, trial: .timed)
    let read = try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(made))
    #expect(read == made)
    #expect(read.hash == made.hash)
    #expect(made.hash.count == 64)
    #expect(made.kernels.count == 4)
    let patches = (0..<5).map { FormulaNumbers.patch($0, size: 23) }
    let here = try PatchClassifier(model: model, plan: made, batchCapacity: 5).probabilities(patches)
    let there = try PatchClassifier(model: model, plan: read, batchCapacity: 5).probabilities(patches)
    #expect(here.map(\.bitPattern) == there.map(\.bitPattern))
  }

  @Test func hashTellsPlansApart() throws {
    let graph = try ModelFile(bytes: Self.network()).graph
    let plain = Self.plan(graph, capacity: 4, chunk: 2, tile: nil)
    // Whether this BLAS would allow them or not.
    let tiled = plain.kernels.mapValues { _ in Plan.Kernel.winograd(tile: 2) }
    let plans = [
      plain, Self.plan(graph, capacity: 5, chunk: 2, tile: nil),
      Self.plan(graph, capacity: 4, chunk: 4, tile: nil),
      Plan(batchCapacity: 4, chunk: 2, machine: Plan.thisMachine, kernels: tiled),
      Plan(batchCapacity: 4, chunk: 2, machine: "another", kernels: [:]),
    ]
    #expect(Set(plans.map(\.hash)).count == plans.count)
    #expect(
      try Plan.make(for: ModelFile(bytes: Self.network()), batchCapacity: 4)
        == Plan.make(for: ModelFile(bytes: Self.network()), batchCapacity: 4))
  }

  @Test func plansForSomethingElseAreRefused() throws {
    let model = try ModelFile(bytes: Self.network())
    let sound = try Plan.make(for: model, batchCapacity: 4)
    func altered(machine: String? = nil, capacity: Int = 4, chunk: Int = 2, _ kernels: [String: Plan.Kernel])
      -> Plan
    {
      Plan(
        batchCapacity: capacity, chunk: chunk, machine: machine ?? sound.machine,
        kernels: sound.kernels.merging(kernels) { $1 })
    }
    let wrong = [
      altered(machine: "another", [:]), altered(capacity: 8, [:]), altered(chunk: 0, [:]), altered(chunk: 5, [:]),
      altered(["strange": .columns]), altered(["c": .winograd(tile: 40)]), altered(["a": .winograd(tile: -1)]),
      Plan(batchCapacity: 4, chunk: 2, machine: sound.machine, kernels: [:]),
    ]
    for plan in wrong {
      let error = #expect(throws: ModelError.self) {
        try PatchClassifier(model: model, plan: plan, batchCapacity: 4)
      }
      guard case .planMismatch? = error?.problem else {
        Issue.record("\(plan): \(String(describing: error))")
        continue
      }
    }
    #expect(try PatchClassifier(model: model, plan: sound, batchCapacity: 4).plan == sound)
  }
}
