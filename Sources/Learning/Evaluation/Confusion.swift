/// Confusion matrix of scored patches at one threshold.
public struct Confusion: Hashable, Sendable {
  /// Patches with at least this score count as deforming.
  public let threshold: Float
  /// Deforming patches that count as deforming.
  public let truePositives: Int
  /// Quiet patches that count as deforming.
  public let falsePositives: Int
  /// Quiet patches that count as quiet.
  public let trueNegatives: Int
  /// Deforming patches that count as quiet.
  public let falseNegatives: Int

  /// Counts the patches; those with at least this score count as deforming. `scores` and `deforms` have equal
  /// length.
  public init(scores: [Float], deforms: [Bool], threshold: Float) {
    precondition(scores.count == deforms.count, "each patch has a score")
    var counts = (0, 0, 0, 0)
    for (score, deforms) in zip(scores, deforms) {
      switch (score >= threshold, deforms) {
      case (true, true): counts.0 += 1
      case (true, false): counts.1 += 1
      case (false, false): counts.2 += 1
      case (false, true): counts.3 += 1
      }
    }
    self.threshold = threshold
    (truePositives, falsePositives, trueNegatives, falseNegatives) = counts
  }

  /// Fraction of all patches that are classified correctly; `nil` without patches.
  public var accuracy: Double? {
    Self.ratio(truePositives + trueNegatives, truePositives + trueNegatives + falsePositives + falseNegatives)
  }
  /// TPR, recall: fraction of deforming patches that are found; `nil` without deforming patches.
  public var truePositiveRate: Double? { Self.ratio(truePositives, truePositives + falseNegatives) }
  /// TNR: fraction of quiet patches that count as quiet; `nil` without quiet patches.
  public var trueNegativeRate: Double? { Self.ratio(trueNegatives, trueNegatives + falsePositives) }
  /// PPV, precision: fraction of the positives that do deform; `nil` without positives.
  public var positivePredictiveValue: Double? { Self.ratio(truePositives, truePositives + falsePositives) }

  private static func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
