extension Plan {
  /// How the kernels are chosen.
  public enum Trial: Sendable {
    /// By the layers' shapes alone: all machines of a kind produce the same plan.
    case none
    /// Autotuning: by timing each kernel on this machine, which takes some seconds for a large network. Two
    /// trials may differ if two kernels are equally fast, so make the plan once and distribute it.
    case timed
  }

  /// Makes the plan of a model for this machine.
  ///
  /// - Parameters:
  ///   - model: the network.
  ///   - batchCapacity: patches per batch.
  ///   - precision: the lowest precision allowed.
  ///   - libraries: libraries that may multiply matrices, a subset of ``MatrixLibrary/installed``; every
  ///     process that runs the plan needs the one that is chosen.
  ///   - patchStride: distance of neighbouring patches of an interferogram, pixels, if overlapping patches are
  ///     to share the first layers as far as that is exact; `nil` for unrelated patches.
  ///   - trial: how to choose.
  /// - Returns: the plan.
  /// - Throws: `ModelError` if the network needs too much memory, or this machine does not support the
  ///   precision.
  public static func make(
    for model: ModelFile, batchCapacity: Int, precision: Precision = .float32,
    libraries: Set<MatrixLibrary> = [.cblas], patchStride: Int? = nil, trial: Trial = .none
  ) throws -> Plan {
    BLAS.useOneThread()
    do {
      if let obstacle = precision.obstacle {
        throw ModelError.Problem.impossiblePrecision(precision, reason: obstacle)
      }
      let usable = MatrixLibrary.allCases.filter { libraries.contains($0) && $0.gemm != nil }
      let graph = model.sweptGraph
      let plans = (usable.isEmpty ? [.cblas] : usable).map {
        standard(
          for: graph, batchCapacity: batchCapacity, precision: precision, library: $0, patchStride: patchStride)
      }
      switch trial {
      case .none: return plans[0]
      case .timed:
        let input = InputForm.gray(mean: model.metadata.mean, scale: model.metadata.scale)
        return try PlanTrial(graph, input: input).best(of: plans)
      }
    } catch let problem as ModelError.Problem {
      throw ModelError(file: model.file, problem: problem)
    }
  }

  private static let largestChunk = 16
  /// Largest size of a value for a chunk, floats.
  private static let chunkFloats = 1 << 23

  static func standard(
    for graph: Graph, batchCapacity: Int, precision: Precision = .float32, library: MatrixLibrary = .cblas,
    patchStride: Int? = nil
  ) -> Plan {
    let largest = graph.layers.map { graph.shapes[$0.output].count }.max() ?? 1
    let chunk = max(1, min(largestChunk, batchCapacity, chunkFloats / max(1, largest)))
    let setting = PlanSetting(library: library, precision: precision, chunk: chunk, batchCapacity: batchCapacity)
    let trunk = patchStride.flatMap { stride in
      Trunk.find(in: graph, patchStride: stride).map { trunk in
        SharedTrunk(
          patchStride: stride, layer: graph.layers[trunk.layerCount - 1].name,
          kernels: usualKernels(
            of: trunk.overUsualImage(in: graph),
            PlanSetting(library: library, precision: precision, chunk: 1, batchCapacity: 1)))
      }
    }
    return Plan(
      batchCapacity: batchCapacity, chunk: chunk, machine: machine(library: library, precision: precision),
      precision: precision, library: library, kernels: usualKernels(of: graph, setting), trunk: trunk)
  }

  private static func usualKernels(of graph: Graph, _ setting: PlanSetting) -> [String: Kernel] {
    let choices = graph.layers.compactMap { LayerChoice($0, in: graph, setting) }
    return Dictionary(choices.map { ($0.name, $0.usual) }, uniquingKeysWith: { first, _ in first })
  }

  /// The plan of a trunk over a whole interferogram.
  func overImage(_ trunk: SharedTrunk) -> Plan {
    Plan(
      batchCapacity: 1, chunk: 1, machine: machine, precision: precision, library: library, kernels: trunk.kernels)
  }

  /// The plan with other kernels for some layers.
  func with(_ kernels: [String: Kernel], trunk kernelsOfTrunk: [String: Kernel] = [:]) -> Plan {
    Plan(
      batchCapacity: batchCapacity, chunk: chunk, machine: machine, precision: precision, library: library,
      kernels: self.kernels.merging(kernels) { $1 },
      trunk: trunk.map {
        SharedTrunk(
          patchStride: $0.patchStride, layer: $0.layer, kernels: $0.kernels.merging(kernelsOfTrunk) { $1 })
      })
  }

  var setting: PlanSetting {
    PlanSetting(library: library, precision: precision, chunk: chunk, batchCapacity: batchCapacity)
  }
}
