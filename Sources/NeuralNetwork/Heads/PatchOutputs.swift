/// What a network says of a patch besides its classes and a box: where the source is, and what the patch resembles.
struct PatchOutputs: Sendable {
  /// The name of the output with the embedding.
  static let embedding = "embedding"
  /// Most numbers of an embedding.
  static let mostNumbers = 128
  /// Names of the outputs that are read here.
  static let names: Set = [SourceHead.name, embedding]

  /// `nil` if the network has no such output.
  let source: SourceHead?
  /// Numbers of a patch's embedding; 0 if the network has no such output.
  let embeddingCount: Int

  /// - Throws: ``ModelError/Problem`` if an output has the name of one of these, but another shape or range.
  init(_ graph: Graph) throws {
    source = try graph.otherHeads[SourceHead.name].map { value in
      guard case .image(_, let side, _) = graph.inputShape else {
        preconditionFailure("a network's input is an image")
      }
      let head = try SourceHead(graph.shapes[value], inputSide: side)
      guard let range = graph.range(of: value), range.isWithinProbabilities else {
        throw ModelError.Problem.unusableOutput(
          name: SourceHead.name,
          reason: "is not kept within 0…1, expected probabilities; end it with Sigmoid, or Clip to 0…1")
      }
      return head
    }
    embeddingCount =
      try graph.otherHeads[Self.embedding].map { value in
        guard case .vector(let count) = graph.shapes[value], (1...Self.mostNumbers).contains(count) else {
          throw ModelError.Problem.unusableOutput(
            name: Self.embedding,
            reason: "is \(graph.shapes[value]) a patch, expected a vector of 1 to \(Self.mostNumbers) numbers")
        }
        return count
      } ?? 0
  }

  /// Of a patch of the runner's last batch; for networks with ``source`` only.
  func copySourceCells(
    of runner: Runner, patch: Int, area: UnsafeMutablePointer<Float>, centre: UnsafeMutablePointer<Float>
  ) {
    guard let source, let numbers = runner.output(patch, head: SourceHead.name)?.baseAddress else {
      preconditionFailure("the network does not tell where a source is")
    }
    source.arrange(numbers, area: area, centre: centre)
  }

  /// Of a patch of the runner's last batch; `nil` without an embedding.
  func embedding(of runner: Runner, patch: Int) -> UnsafeBufferPointer<Float>? {
    embeddingCount > 0 ? runner.output(patch, head: Self.embedding) : nil
  }
}
