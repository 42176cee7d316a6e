/// What a threshold makes of scored patches.
public struct Confusion: Hashable, Sendable {
  public let threshold: Float
  public let truePositives: Int
  public let falsePositives: Int
  public let trueNegatives: Int
  public let falseNegatives: Int

  /// Patches with at least this score count as deforming.
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

  /// Share of all patches that are judged rightly; `nil` where there is none.
  public var accuracy: Double? {
    Self.share(truePositives + trueNegatives, truePositives + trueNegatives + falsePositives + falseNegatives)
  }
  /// TPR, recall: share of deforming patches that are found.
  public var truePositiveRate: Double? { Self.share(truePositives, truePositives + falseNegatives) }
  /// TNR: share of quiet patches that are left alone.
  public var trueNegativeRate: Double? { Self.share(trueNegatives, trueNegatives + falsePositives) }
  /// PPV, precision: share of those that count as deforming that do deform.
  public var positivePredictiveValue: Double? { Self.share(truePositives, truePositives + falsePositives) }

  private static func share(_ part: Int, _ whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
