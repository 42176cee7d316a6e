/// Computes the probability of deformation of patches from the activations of an intermediate layer, with the
/// layers after it. Owned by one thread.
///
/// As with ``PatchClassifier``, a patch's result depends on its own activations, the model and the batch's
/// capacity alone.
public final class HeadClassifier {
  /// The largest number of patches per call, 1…4096.
  public let batchCapacity: Int
  /// Activations per patch; images are in ONNX's order, channels × height × width.
  public let activationCount: Int
  /// Everything besides the model that the last digits of results depend on; see
  /// ``PatchClassifier/planDescription``.
  public let planDescription: String

  private let runner: Runner
  private let deformationIndex: Int
  private let outputs: PatchOutputs

  /// Subcells along a side of a patch for which the network tells where a source is; `nil` if it does not.
  public var sourceCells: Int? { outputs.source?.side }
  /// Numbers of a patch's embedding; 0 without one.
  public var embeddingCount: Int { outputs.embeddingCount }

  /// Packs the weights after the split point.
  ///
  /// - Parameters:
  ///   - model: may be released afterwards.
  ///   - splitPoint: a split point of the model.
  ///   - plan: the plan of the whole network, whose library and precision are used.
  ///   - batchCapacity: 1…4096.
  /// - Throws: ``ModelError`` if the required memory exceeds the limits.
  public init(model: ModelFile, cut splitPoint: SplitPoint, plan: Plan, batchCapacity: Int) throws {
    do {
      let graph = model.sweptGraph
      outputs = try PatchOutputs(graph)
      let head = graph.head(after: splitPoint)
      let own = Plan.standard(
        for: head, batchCapacity: batchCapacity, precision: plan.precision, library: plan.library)
      runner = try Runner(
        head, input: .tensor, plan: own, turnsLogitsIntoProbabilities: model.metadata.output == .logits,
        heads: head.headNames)
      deformationIndex = try model.metadata.deformationIndex(outputCount: runner.outputCount)
      self.batchCapacity = batchCapacity
      activationCount = splitPoint.count
      planDescription = "head behind \(splitPoint.layer)\n\(runner.planDescription)\n\(own.canonicalText)"
    } catch let problem as ModelError.Problem {
      throw ModelError(file: model.file, problem: problem)
    }
  }

  /// Classifies a batch; allocates nothing.
  ///
  /// - Parameters:
  ///   - activations: `count` × ``activationCount`` numbers.
  ///   - count: at most ``batchCapacity``.
  ///   - probabilities: receives the probabilities of deformation, 0…1.
  ///   - progress: called repeatedly while the batch is computed.
  public func classify(
    activations: UnsafePointer<Float>, count: Int, probabilities: UnsafeMutableBufferPointer<Float>,
    progress: () -> Void = {}
  ) {
    precondition(count <= batchCapacity && probabilities.count >= count, "the batch has room for \(batchCapacity)")
    guard count > 0 else { return }
    runner.run(activations, count: count, progress: progress)
    for patch in 0..<count { probabilities[patch] = runner.output(patch)[deformationIndex] }
  }

  /// Copies where the network sees a source in a patch of the last batch; allocates nothing. Only for networks with
  /// ``sourceCells``.
  ///
  /// - Parameters:
  ///   - patch: its index in the batch.
  ///   - area: receives ``sourceCells`` × ``sourceCells`` numbers, row-major: the probability, 0…1, that the subcell
  ///     lies in the deforming area.
  ///   - centre: receives as many: the heat, 0…1, of the place of greatest displacement.
  public func copySourceCells(
    ofPatch patch: Int, area: UnsafeMutablePointer<Float>, centre: UnsafeMutablePointer<Float>
  ) {
    outputs.copySourceCells(of: runner, patch: patch, area: area, centre: centre)
  }

  /// The embedding of a patch of the last batch, ``embeddingCount`` numbers; `nil` without one. Allocates nothing.
  public func embedding(ofPatch patch: Int) -> UnsafeBufferPointer<Float>? {
    outputs.embedding(of: runner, patch: patch)
  }
}
