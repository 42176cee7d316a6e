/// Finds the fastest kernel of each layer by running them.
///
/// The thread's own time is measured, so that what else the machine does counts little; all ways take turns, and each
/// layer's least time stands for a way.
struct PlanTrial {
  private let graph: Graph
  private let input: InputForm

  private static let rounds = 5
  /// A kernel takes the usual one's place where that needs more than so many times its time: machines of one kind that
  /// try by themselves then rarely differ.
  private static let worthwhile = 1.1

  init(_ graph: Graph, input: InputForm) {
    self.graph = graph
    self.input = input
  }

  /// The fastest of some plans, after each has got the fastest kernels.
  ///
  /// - Throws: ``ModelError/Problem`` where a plan needs too much memory.
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
    // Patches that share it and patches that do not both count, each library's alike.
    let patches = image.operations(ofLayers: image.layers.indices)
    let each = graph.operations(ofLayers: 0..<trunk.layerCount) / max(1, patches)
    return (alone.plan.with([:], trunk: over.plan.kernels), alone.milliseconds + over.milliseconds * each)
  }

  private func fastest(_ plan: Plan) throws -> (plan: Plan, milliseconds: Double) {
    let convolutions = graph.layers.indices.filter { ConvolutionShape(graph.layers[$0], in: graph) != nil }
    var times = Times()
    // A chunk says as much of the convolutions as a batch, without the layers behind them.
    if let last = convolutions.last {
      try measure(graph.cut(after: last), plan.inOneChunk, rounds: Self.rounds, into: &times)
    }
    // Fully connected layers have a choice in bfloat16 alone, and need whole batches.
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

  /// Milliseconds a patch.
  private struct Times {
    /// By layer with a choice and by kernel.
    var least: [String: [Plan.Kernel: Double]] = [:]
    var others: [String: Double] = [:]
  }

  private func measure(_ graph: Graph, _ plan: Plan, rounds: Int, into times: inout Times) throws {
    // What has been measured already need not be tried again.
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
  /// The same for a batch that is one chunk.
  fileprivate var inOneChunk: Plan {
    Plan(
      batchCapacity: chunk, chunk: chunk, machine: machine, precision: precision, library: library, kernels: kernels
    )
  }
}

extension Graph {
  /// The layers up to one of them and the ReLU behind it, which it takes in, with the last one's value as the result.
  func cut(after index: Int) -> Graph {
    var end = index
    while end + 1 < layers.count, layers[end + 1].inputs == [layers[end].output] {
      guard case .relu = layers[end + 1].computes else { break }
      end += 1
    }
    return Graph(layers: Array(layers[...end]), shapes: shapes, output: layers[end].output).reduced(toHeads: [])
  }
}
