/// Gives patches their probability of deformation from what a layer in the middle of the network left behind of them, by
/// the layers behind it. Owned by one thread.
///
/// As with ``PatchClassifier`` a patch's result depends on its own numbers, the model and the batch's capacity alone.
public final class HeadClassifier {
  public let batchCapacity: Int
  /// Numbers of a patch; an image's lie in ONNX's order, channels × height × width.
  public let activationCount: Int
  /// What the last digits of its results depend on besides the model; see ``PatchClassifier/planDescription``.
  public let planDescription: String

  private let runner: Runner
  private let deformationIndex: Int

  /// Packs the weights behind the cut.
  ///
  /// - Parameters:
  ///   - model: may be let go of afterwards.
  ///   - cut: one of its.
  ///   - plan: of the whole network, whose library and precision are taken.
  ///   - batchCapacity: 1…4096.
  /// - Throws: ``ModelError`` where the memory it needs is beyond the limits.
  public init(model: ModelFile, cut: LayerCut, plan: Plan, batchCapacity: Int) throws {
    do {
      let head = model.graph.reduced(toHeads: []).head(behind: cut)
      let own = Plan.standard(
        for: head, batchCapacity: batchCapacity, precision: plan.precision, library: plan.library)
      runner = try Runner(
        head, input: .tensor, plan: own, turnsLogitsIntoProbabilities: model.metadata.output == .logits)
      deformationIndex = try model.metadata.deformationIndex(outputCount: runner.outputCount)
      self.batchCapacity = batchCapacity
      activationCount = cut.count
      planDescription = "head behind \(cut.layer)\n\(runner.planDescription)\n\(own.canonicalText)"
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
  ///   - progress: called now and then while the batch is under way.
  public func classify(
    activations: UnsafePointer<Float>, count: Int, probabilities: UnsafeMutableBufferPointer<Float>,
    progress: () -> Void = {}
  ) {
    precondition(count <= batchCapacity && probabilities.count >= count, "the batch has room for \(batchCapacity)")
    guard count > 0 else { return }
    runner.run(activations, count: count, progress: progress)
    for patch in 0..<count { probabilities[patch] = runner.output(patch)[deformationIndex] }
  }
}
