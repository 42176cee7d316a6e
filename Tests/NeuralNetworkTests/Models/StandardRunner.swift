@testable import NeuralNetwork

extension Runner {
  /// With the usual plan for this machine.
  convenience init(
    _ graph: Graph, input: InputForm, batchCapacity: Int, turnsLogitsIntoProbabilities: Bool = false,
    heads: [String] = []
  ) throws {
    BLAS.useOneThread()
    try self.init(
      graph, input: input, plan: Plan.standard(for: graph, batchCapacity: batchCapacity),
      turnsLogitsIntoProbabilities: turnsLogitsIntoProbabilities, heads: heads)
  }
}
