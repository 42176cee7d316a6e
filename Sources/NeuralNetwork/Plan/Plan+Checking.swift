extension Plan {
  /// The plan itself, if it can be run here: it may come from another process.
  ///
  /// - Throws: ``ModelError/Problem``.
  func checked(for graph: Graph, batchCapacity: Int) throws -> Plan {
    guard machine == Self.thisMachine else {
      throw mismatch("it is for '\(machine)', this is '\(Self.thisMachine)'")
    }
    guard self.batchCapacity == batchCapacity, (1...max(1, batchCapacity)).contains(chunk) else {
      throw mismatch("it has batches of \(self.batchCapacity) in chunks of \(chunk), wanted are \(batchCapacity)")
    }
    var known: Set<String> = []
    for layer in graph.layers {
      guard let shape = ConvolutionShape(layer, in: graph) else { continue }
      known.insert(layer.name)
      guard let kernel = kernels[layer.name], shape.kernels(patches: chunk).contains(kernel) else {
        throw mismatch("it has no kernel for the convolution '\(layer.name)' that can run here")
      }
    }
    if let strange = kernels.keys.filter({ !known.contains($0) }).min() {
      throw mismatch("the model has no convolution '\(strange)'")
    }
    return self
  }

  private func mismatch(_ reason: String) -> ModelError.Problem { .planMismatch(reason: reason) }
}
