/// Scores of patches by models that have not seen their places.
public enum FoldScoring {
  /// Scores each fold's patches by the scorer that was made without them.
  ///
  /// - Parameters:
  ///   - patches: The patches.
  ///   - folds: Their numbers in each fold; every patch is in one.
  ///   - scorer: Makes the scorer of a fold: from a file, or by learning from the patches of the other folds, whose
  ///     numbers it is given.
  /// - Throws: what `scorer` throws, or the scorers that it makes.
  /// - Returns: the pooled scores, in the patches' order.
  public static func scores(
    of patches: LabelledPatches, folds: [[Int]],
    by scorer: (_ fold: Int, _ others: [Int]) throws -> any PatchScorer
  ) throws -> [Float] {
    var scores = [Float](repeating: .nan, count: patches.count)
    for (fold, numbers) in folds.enumerated() where !numbers.isEmpty {
      let others = folds.indices.filter { $0 != fold }.flatMap { folds[$0] }
      let judged = try scorer(fold, others).scores(of: patches.subset(numbers))
      for (number, score) in zip(numbers, judged) { scores[number] = score }
    }
    precondition(!scores.contains { $0.isNaN }, "every patch is in a fold")
    return scores
  }

  /// Scores each fold's patches by a texture classifier that learnt from the others'.
  ///
  /// - Parameters:
  ///   - patches: The patches.
  ///   - folds: Their numbers in each fold; every patch is in one.
  /// - Throws: ``DataSetError`` where what is left without a fold has not both classes.
  /// - Returns: the pooled scores, in the patches' order.
  public static func textureScores(of patches: LabelledPatches, folds: [[Int]]) throws(DataSetError) -> [Float] {
    let features = TextureClassifier.features(of: patches)
    var scores = [Float](repeating: .nan, count: patches.count)
    for (fold, numbers) in folds.enumerated() where !numbers.isEmpty {
      let others = folds.indices.filter { $0 != fold }.flatMap { folds[$0] }
      let classifier = try TextureClassifier(
        learning: others.map { features[$0] }, deforms: others.map { patches.deforms[$0] })
      let judged = classifier.scores(ofFeatures: numbers.map { features[$0] })
      for (number, score) in zip(numbers, judged) { scores[number] = score }
    }
    precondition(!scores.contains { $0.isNaN }, "every patch is in a fold")
    return scores
  }
}
