/// Finds the fastest kernel of each layer by running them.
///
/// The thread's own time is measured, so that what else the machine does counts little; all ways take turns, and each
/// layer's least time stands for a way.
struct PlanTrial {
  private let graph: Graph
  private let input: InputForm

  private static let rounds = 5

  init(_ graph: Graph, input: InputForm) {
    self.graph = graph
    self.input = input
  }

  /// The fastest of some plans, after each has got the fastest kernels.
  ///
  /// - Throws: ``ModelError/Problem`` where a plan needs too much memory.
  func best(of plans: [Plan]) throws -> Plan {
    let tried = try plans.map(fastest)
    return tried.min { $0.milliseconds < $1.milliseconds }?.plan ?? plans[0]
  }

  private func fastest(_ plan: Plan) throws -> (plan: Plan, milliseconds: Double) {
    // Layers behind the last one with a choice take the same time in every way, and may be the largest.
    let chosen = graph.layers.indices.filter { LayerChoice(graph.layers[$0], in: graph, plan.setting) != nil }
    guard let last = chosen.last else { return (plan, 0) }
    let front = graph.cut(after: last)
    let choices = front.layers.compactMap { LayerChoice($0, in: front, plan.setting) }
    let ways = (0..<(choices.map(\.kernels.count).max() ?? 1)).map { way in
      plan.with(
        Dictionary(
          choices.map { ($0.name, $0.kernels[way % $0.kernels.count]) }, uniquingKeysWith: { first, _ in first }))
    }
    var least: [String: [Plan.Kernel: Double]] = [:]
    var others: [String: Double] = [:]
    let runners = try ways.map { try Runner(front, input: input, plan: $0.inOneChunk) }
    for _ in 0..<Self.rounds {
      for (way, runner) in zip(ways, runners) {
        for (name, time) in runner.profile(rounds: 1) {
          if let kernel = way.kernels[name] {
            least[name, default: [:]][kernel] = min(least[name]?[kernel] ?? .infinity, time)
          } else {
            others[name] = min(others[name] ?? .infinity, time)
          }
        }
      }
    }
    let fastest = least.compactMapValues { times in times.min { $0.value < $1.value } }
    let total = fastest.values.reduce(0) { $0 + $1.value } + others.values.reduce(0, +)
    return (plan.with(fastest.mapValues(\.key)), total)
  }
}

extension Plan {
  /// The same for a batch that is one chunk where that says as much: fully connected layers alone need whole batches.
  fileprivate var inOneChunk: Plan {
    guard precision == .float32 else { return self }
    return Plan(
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
