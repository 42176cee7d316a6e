/// Receiver operating characteristic: true positives against false positives as the threshold falls.
public struct ROCCurve: Hashable, Sendable {
  /// Counts at one threshold.
  public struct Point: Hashable, Sendable {
    /// Patches with at least this score count as deforming; above all scores in the first point.
    public let threshold: Float
    /// Deforming patches at or above the threshold.
    public let truePositives: Int
    /// Quiet patches at or above the threshold.
    public let falsePositives: Int
  }

  /// From no positives to all; patches of equal score share a point.
  public let points: [Point]
  /// Number of deforming patches.
  public let positives: Int
  /// Number of quiet patches.
  public let negatives: Int

  /// `nil` unless both classes are present.
  ///
  /// - Parameters:
  ///   - scores: One per patch, no NaN.
  ///   - deforms: Labels, one per score.
  public init?(scores: [Float], deforms: [Bool]) {
    precondition(scores.count == deforms.count, "each patch has a score")
    positives = deforms.count { $0 }
    negatives = deforms.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    var points = [Point(threshold: .infinity, truePositives: 0, falsePositives: 0)]
    var (found, mistaken) = (0, 0)
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    for (rank, patch) in order.enumerated() {
      if deforms[patch] { found += 1 } else { mistaken += 1 }
      if rank + 1 < order.count, scores[order[rank + 1]] == scores[patch] { continue }
      points.append(Point(threshold: scores[patch], truePositives: found, falsePositives: mistaken))
    }
    self.points = points
  }

  /// AUC: probability that a deforming patch scores above a quiet one, ties counting half.
  public var area: Double {
    var twice = 0
    for (previous, point) in zip(points, points.dropFirst()) {
      twice +=
        (point.falsePositives - previous.falsePositives) * (point.truePositives + previous.truePositives)
    }
    return Double(twice) / 2 / Double(positives) / Double(negatives)
  }

  /// False positive rate and true positive rate of each point, 0…1.
  public var rates: [(falsePositive: Double, truePositive: Double)] {
    points.map {
      (Double($0.falsePositives) / Double(negatives), Double($0.truePositives) / Double(positives))
    }
  }

  /// The highest threshold at which at least this fraction of the deforming patches is found.
  public func threshold(forRecall recall: Double) -> Float {
    let point = points.dropFirst().first { Double($0.truePositives) >= recall * Double(positives) }
    return point?.threshold ?? points.last?.threshold ?? 0
  }
}
