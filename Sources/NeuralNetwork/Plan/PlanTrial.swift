/// Autotuning: finds the fastest kernel of each layer by timing them.
///
/// Measures the thread's processor time, so that other load has little effect; kernels take turns, and the
/// shortest time of each counts.
struct PlanTrial {
  private let graph: Graph
  private let input: InputForm

  private static let rounds = 5
  /// A kernel replaces the usual one only if that takes more than this many times its time: machines of one
  /// kind that are tuned separately then rarely differ.
  private static let worthwhile = 1.1

  init(_ graph: Graph, input: InputForm) {
    self.graph = graph
    self.input = input
  }

  /// The fastest of several plans, each with its fastest kernels.
  ///
  /// - Throws: ``ModelError/Problem`` if a plan needs too much memory.
  func best(of plans: [Plan]) throws -> Plan {
    let tried = try plans.map(withItsTrunk)
    return tried.min { $0.milliseconds < $1.milliseconds }?.plan ?? plans[0]
  }

  private func withItsTrunk(_ plan: Plan) throws -> (plan: Plan, milliseconds: Double) {
    let alone = try fastest(plan)
    guard let shared = plan.trunk, let trunk = Trunk.find(in: graph, patchStride: shared.patchStride) else {
      return alone
    }
    let image = trunk.overUsualImage(in: graph)
    let over = try PlanTrial(image, input: input).fastest(plan.overImage(shared))
    // Count patches that can share it and patches that cannot, equally for each library.
    let patches = image.operations(ofLayers: image.layers.indices)
    let each = graph.operations(ofLayers: 0..<trunk.layerCount) / max(1, patches)
    return (alone.plan.with([:], trunk: over.plan.kernels), alone.milliseconds + over.milliseconds * each)
  }

  private func fastest(_ plan: Plan) throws -> (plan: Plan, milliseconds: Double) {
    let convolutions = graph.layers.indices.filter { ConvolutionShape(graph.layers[$0], in: graph) != nil }
    var times = Times()
    // For convolutions a chunk is as informative as a batch, and excludes later layers.
    if let last = convolutions.last {
      try measure(graph.truncated(after: last), plan.inOneChunk, rounds: Self.rounds, into: &times)
    }
    // Fully connected layers have a choice only in bfloat16, and need whole batches.
    if plan.precision == .bfloat16 { try measure(graph, plan, rounds: 1, into: &times) }
    let fastest = times.least.reduce(into: [String: (key: Plan.Kernel, value: Double)]()) { chosen, layer in
      guard let best = layer.value.min(by: { $0.value < $1.value }) else { return }
      chosen[layer.key] = best
      if let usual = plan.kernels[layer.key], let time = layer.value[usual], time < best.value * Self.worthwhile {
        chosen[layer.key] = (usual, time)
      }
    }
    let total = fastest.values.reduce(0) { $0 + $1.value } + times.others.values.reduce(0, +)
    return (plan.with(fastest.mapValues(\.key)), total)
  }

  /// Milliseconds per patch.
  private struct Times {
    /// By name of a layer with a choice, and by kernel.
    var least: [String: [Plan.Kernel: Double]] = [:]
    var others: [String: Double] = [:]
  }

  private func measure(_ graph: Graph, _ plan: Plan, rounds: Int, into times: inout Times) throws {
    // Kernels that were measured already are not timed again.
    let choices = graph.layers.compactMap { LayerChoice($0, in: graph, plan.setting) }
      .filter { times.least[$0.name] == nil }
    let count = choices.map(\.kernels.count).max() ?? 1
    let ways = (0..<count).map { way in
      plan.with(
        Dictionary(
          choices.map { ($0.name, $0.kernels[way % $0.kernels.count]) }, uniquingKeysWith: { first, _ in first }))
    }
    let tried = Set(choices.map(\.name))
    let runners = try ways.map { try Runner(graph, input: input, plan: $0, heads: graph.headNames) }
    for _ in 0..<rounds {
      for (way, runner) in zip(ways, runners) {
        for (name, time) in runner.profile(rounds: 1) {
          if tried.contains(name), let kernel = way.kernels[name] {
            times.least[name, default: [:]][kernel] = min(times.least[name]?[kernel] ?? .infinity, time)
          } else if times.least[name] == nil {
            times.others[name] = min(times.others[name] ?? .infinity, time)
          }
        }
      }
    }
  }
}

extension Plan {
  /// The plan for a batch of one chunk.
  fileprivate var inOneChunk: Plan {
    Plan(
      batchCapacity: chunk, chunk: chunk, machine: machine, precision: precision, library: library, kernels: kernels
    )
  }
}

extension Graph {
  /// The layers up to one of them and the ReLU fused into it, with its value as the result, and those that none of
  /// them reads as further ones.
  func truncated(after index: Int) -> Graph {
    var end = index
    while end + 1 < layers.count, layers[end + 1].inputs == [layers[end].output] {
      guard case .relu = layers[end + 1].computes else { break }
      end += 1
    }
    let kept = Array(layers[...end])
    let read = Set(kept.flatMap(\.inputs))
    // What only later layers read, such as those behind a branch, is a result as well.
    let open = kept.map(\.output).filter { !read.contains($0) && $0 != layers[end].output }
    return Graph(
      layers: kept, shapes: shapes, output: layers[end].output,
      otherHeads: Dictionary(uniqueKeysWithValues: open.map { ("value \($0)", $0) }))
  }
}
