/// Cross-validation: scores of patches by models that have not seen their places.
public enum FoldScoring {
  /// Scores each fold's patches with the scorer of that fold.
  ///
  /// - Parameters:
  ///   - patches: The patches.
  ///   - folds: Patch indices of each fold; every patch is in one fold.
  ///   - scorer: Makes the scorer of a fold, either from a file or by training on the other folds, whose
  ///     patch indices it receives.
  /// - Throws: what `scorer` and the scorers throw.
  /// - Returns: the pooled scores, in the order of the patches.
  public static func scores(
    of patches: LabelledPatches, folds: [[Int]],
    by scorer: (_ fold: Int, _ others: [Int]) throws -> any PatchScorer
  ) throws -> [Float] {
    var scores = [Float](repeating: .nan, count: patches.count)
    for (fold, numbers) in folds.enumerated() where !numbers.isEmpty {
      let others = folds.indices.filter { $0 != fold }.flatMap { folds[$0] }
      let foldScores = try scorer(fold, others).scores(of: patches.subset(numbers))
      for (number, score) in zip(numbers, foldScores) { scores[number] = score }
    }
    precondition(!scores.contains { $0.isNaN }, "every patch is in a fold")
    return scores
  }

  /// Scores each fold's patches with a texture classifier trained on the other folds.
  ///
  /// - Parameters:
  ///   - patches: The patches.
  ///   - folds: Patch indices of each fold; every patch is in one fold.
  /// - Throws: ``DataSetError`` if the patches outside a fold lack a class.
  /// - Returns: the pooled scores, in the order of the patches.
  public static func textureScores(of patches: LabelledPatches, folds: [[Int]]) throws(DataSetError) -> [Float] {
    let features = TextureClassifier.features(of: patches)
    var scores = [Float](repeating: .nan, count: patches.count)
    for (fold, numbers) in folds.enumerated() where !numbers.isEmpty {
      let others = folds.indices.filter { $0 != fold }.flatMap { folds[$0] }
      let classifier = try TextureClassifier(
        learning: others.map { features[$0] }, deforms: others.map { patches.deforms[$0] })
      let foldScores = classifier.scores(ofFeatures: numbers.map { features[$0] })
      for (number, score) in zip(numbers, foldScores) { scores[number] = score }
    }
    precondition(!scores.contains { $0.isNaN }, "every patch is in a fold")
    return scores
  }
}
