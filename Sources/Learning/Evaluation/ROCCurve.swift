/// How the share of deforming patches found grows with the share of quiet ones that pass for deforming, as the threshold
/// falls.
public struct ROCCurve: Hashable, Sendable {
  public struct Point: Hashable, Sendable {
    /// Patches with at least this score count as deforming; above all scores for the first point.
    public let threshold: Float
    /// Deforming patches that do.
    public let truePositives: Int
    /// Quiet patches that do.
    public let falsePositives: Int
  }

  /// From none to all counting as deforming; patches of one score change together.
  public let points: [Point]
  public let positives: Int
  public let negatives: Int

  /// `nil` where there are not both deforming and quiet patches.
  ///
  /// - Parameters:
  ///   - scores: Each patch's, none NaN.
  ///   - deforms: As many.
  public init?(scores: [Float], deforms: [Bool]) {
    precondition(scores.count == deforms.count, "each patch has a score")
    positives = deforms.count { $0 }
    negatives = deforms.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    var points = [Point(threshold: .infinity, truePositives: 0, falsePositives: 0)]
    var (found, mistaken) = (0, 0)
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    for (place, patch) in order.enumerated() {
      if deforms[patch] { found += 1 } else { mistaken += 1 }
      if place + 1 < order.count, scores[order[place + 1]] == scores[patch] { continue }
      points.append(Point(threshold: scores[patch], truePositives: found, falsePositives: mistaken))
    }
    self.points = points
  }

  /// The chance that a deforming patch scores above a quiet one, ties counting half.
  public var area: Double {
    var twice = 0
    for (previous, point) in zip(points, points.dropFirst()) {
      twice +=
        (point.falsePositives - previous.falsePositives) * (point.truePositives + previous.truePositives)
    }
    return Double(twice) / 2 / Double(positives) / Double(negatives)
  }

  /// Share of quiet patches that pass for deforming, and of deforming ones that are found, point by point.
  public var shares: [(falsePositive: Double, truePositive: Double)] {
    points.map {
      (Double($0.falsePositives) / Double(negatives), Double($0.truePositives) / Double(positives))
    }
  }

  /// The highest threshold at which at least this share of deforming patches is found.
  public func threshold(forRecall recall: Double) -> Float {
    let point = points.dropFirst().first { Double($0.truePositives) >= recall * Double(positives) }
    return point?.threshold ?? points.last?.threshold ?? 0
  }
}
