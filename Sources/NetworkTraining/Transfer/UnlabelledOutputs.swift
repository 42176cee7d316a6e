import NeuralNetwork

/// Outputs that training has no labels for: where a source is, and the embedding. Their own layers stay as they are, so
/// they no longer fit once a layer in front of them learns.
extension ModelFile {
  /// Names of the layers that only these outputs need.
  var layersWithoutLabels: Set<String> {
    let labelled = graph.otherHeads.keys.filter { !Self.unlabelledOutputs.contains($0) }
    guard labelled.count < graph.otherHeads.count else { return [] }
    let kept = Set(graph.reduced(toHeads: labelled).layers.map(\.output))
    return Set(graph.layers.filter { !kept.contains($0.output) }.map(\.name))
  }

  /// The outputs that no longer fit after a training.
  ///
  /// - Parameter trained: Names of the layers that are trained; `nil` for all that learn.
  /// - Returns: their names, sorted.
  public func outputsOutdated(byTraining trained: Set<String>?) -> [String] {
    let learning = Set(learningLayers)
    let changed = trained.map { learning.intersection($0) } ?? learning
    return otherOutputs.filter { name in
      guard Self.unlabelledOutputs.contains(name), let value = graph.otherHeads[name] else { return false }
      let before = Graph(layers: graph.layers, shapes: graph.shapes, output: value).reduced(toHeads: [])
      return before.layers.contains { changed.contains($0.name) }
    }
  }

  /// The same network without some outputs, and without the layers that only these need.
  ///
  /// - Parameter outputs: Names of outputs besides the classes.
  /// - Returns: the network.
  public func leavingOut(_ outputs: [String]) -> ModelFile {
    guard !outputs.isEmpty else { return self }
    return ModelFile(self, graph: graph.reduced(toHeads: otherOutputs.filter { !outputs.contains($0) }))
  }
}
