extension ModelFile {
  /// Names of the outputs that depend on no labels, so that training leaves them out once they no longer fit: where a
  /// source is, and the embedding.
  public static let unlabelledOutputs: Set<String> = PatchOutputs.names

  /// Subcells along a side of a patch for which the network tells where a source is; `nil` if it does not.
  public var sourceCells: Int? { outputs?.source?.side }

  /// Numbers of a patch's embedding; 0 without one.
  public var embeddingCount: Int { outputs?.embeddingCount ?? 0 }

  /// Checked when the file was read.
  private var outputs: PatchOutputs? { try? PatchOutputs(graph) }

  /// What each output besides the classes tells, by its name, in the names' order, such as `where`:
  /// `28 × 28 cells of 8 pixels`.
  public var outputDescriptions: [(name: String, text: String)] {
    otherOutputs.compactMap { name in
      guard let value = graph.otherHeads[name] else { return nil }
      if name == SourceHead.name, let cells = sourceCells {
        return (name, "\(cells) × \(cells) cells of \(metadata.inputSize / cells) pixels")
      }
      return (name, "\(graph.shapes[value])")
    }
  }

  /// The layers that a sweep runs: those of the class head, and of the other heads that it knows.
  var sweptGraph: Graph {
    var heads = PatchOutputs.names.filter { graph.otherHeads[$0] != nil }
    if tellsLocation { heads.insert(Self.locationHead) }
    return graph.reduced(toHeads: Array(heads))
  }
}
