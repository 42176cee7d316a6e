extension Plan {
  /// How the kernels are chosen.
  public enum Trial: Sendable {
    /// By the layers' shapes alone: all machines of a kind make the same plan.
    case none
    /// By timing each kernel on this machine, some seconds for a large network. Two tries may differ where two
    /// kernels are equally fast, so make it once and hand it on.
    case timed
  }

  /// Makes the plan of a model for this machine.
  ///
  /// - Parameters:
  ///   - model: the network.
  ///   - batchCapacity: the patches of a batch.
  ///   - trial: how to choose.
  /// - Returns: the plan.
  /// - Throws: `ModelError` where the network needs too much memory.
  public static func make(for model: ModelFile, batchCapacity: Int, trial: Trial = .none) throws -> Plan {
    BLAS.useOneThread()
    do {
      switch trial {
      case .none: return standard(for: model.graph, batchCapacity: batchCapacity)
      case .timed:
        let metadata = model.metadata
        let input = InputForm.gray(mean: metadata.mean, scale: metadata.scale)
        return try timed(for: model.graph, input: input, batchCapacity: batchCapacity)
      }
    } catch let problem as ModelError.Problem {
      throw ModelError(file: model.file, problem: problem)
    }
  }

  private static let largestChunk = 16
  /// Floats of the largest value that a chunk should keep.
  private static let chunkFloats = 1 << 23

  static func standard(for graph: Graph, batchCapacity: Int) -> Plan {
    let largest = graph.layers.map { graph.shapes[$0.output].count }.max() ?? 1
    let chunk = max(1, min(largestChunk, batchCapacity, chunkFloats / max(1, largest)))
    return Plan(graph, batchCapacity: batchCapacity, chunk: chunk) { $0.usualKernel(patches: chunk) }
  }

  /// One layer after another is tried with each kernel in a network that is otherwise as usual.
  private static func timed(for graph: Graph, input: InputForm, batchCapacity: Int) throws -> Plan {
    var plan = standard(for: graph, batchCapacity: batchCapacity)
    let trials = graph.layers.compactMap { layer in
      ConvolutionShape(layer, in: graph).map { (layer, $0.kernels(patches: plan.chunk)) }
    }.filter { $0.1.count > 1 }
    let longest = trials.map(\.1.count).max() ?? 0
    var milliseconds: [String: [Kernel: Double]] = [:]
    for round in 0..<longest {
      let kernels = plan.kernels.merging(
        trials.map { ($0.0.name, $0.1[round % $0.1.count]) }, uniquingKeysWith: { $1 })
      let tried = Plan(
        batchCapacity: plan.batchCapacity, chunk: plan.chunk, machine: plan.machine, kernels: kernels)
      let runner = try Runner(graph, input: input, plan: tried)
      for (name, time) in runner.profile() {
        guard let kernel = kernels[name] else { continue }
        milliseconds[name, default: [:]][kernel] = min(milliseconds[name]?[kernel] ?? .infinity, time)
      }
    }
    let fastest = milliseconds.compactMapValues { times in times.min { $0.value < $1.value }?.key }
    plan = Plan(
      batchCapacity: plan.batchCapacity, chunk: plan.chunk, machine: plan.machine,
      kernels: plan.kernels.merging(fastest.filter { name, _ in trials.contains { $0.0.name == name } }) { $1 })
    return plan
  }

  private init(_ graph: Graph, batchCapacity: Int, chunk: Int, choose: (ConvolutionShape) -> Kernel) {
    self.batchCapacity = batchCapacity
    self.chunk = chunk
    machine = Self.thisMachine
    kernels = Dictionary(
      graph.layers.compactMap { layer in ConvolutionShape(layer, in: graph).map { (layer.name, choose($0)) } },
      uniquingKeysWith: { first, _ in first })
  }
}
