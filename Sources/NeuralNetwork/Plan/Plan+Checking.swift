extension Plan {
  /// The plan, if it can be run here: it may come from another process.
  ///
  /// - Throws: ``ModelError/Problem``.
  func checked(for graph: Graph, batchCapacity: Int) throws -> Plan {
    if let obstacle = precision.obstacle {
      throw ModelError.Problem.impossiblePrecision(precision, reason: obstacle)
    }
    guard library.gemm != nil else { throw mismatch("it uses \(library), which is not installed") }
    let here = Self.machine(library: library, precision: precision)
    guard machine == here else { throw mismatch("it is for '\(machine)', this is '\(here)'") }
    guard self.batchCapacity == batchCapacity, (1...max(1, batchCapacity)).contains(chunk) else {
      throw mismatch("it has batches of \(self.batchCapacity) in chunks of \(chunk), wanted are \(batchCapacity)")
    }
    try checkKernels(kernels, of: graph, setting)
    if let trunk {
      guard trunk.patchStride > 0, let found = Trunk.find(in: graph, patchStride: trunk.patchStride),
        graph.layers[found.layerCount - 1].name == trunk.layer
      else {
        throw mismatch("patches every \(trunk.patchStride) pixels do not share the layers to '\(trunk.layer)'")
      }
      try checkKernels(trunk.kernels, of: found.overUsualImage(in: graph), overImage(trunk).setting)
    }
    return self
  }

  private func checkKernels(_ kernels: [String: Kernel], of graph: Graph, _ setting: PlanSetting) throws {
    let choices = graph.layers.compactMap { LayerChoice($0, in: graph, setting) }
    for choice in choices {
      guard let kernel = kernels[choice.name], choice.kernels.contains(kernel) else {
        throw mismatch("it has no kernel for the layer '\(choice.name)' that can run here")
      }
    }
    let known = Set(choices.map(\.name))
    if let strange = kernels.keys.filter({ !known.contains($0) }).min() {
      throw mismatch("the model has no layer '\(strange)' with a choice of kernels")
    }
  }

  private func mismatch(_ reason: String) -> ModelError.Problem { .planMismatch(reason: reason) }
}
