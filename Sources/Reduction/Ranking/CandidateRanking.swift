/// The order of candidate interferograms: highest probability first, then by name.
public enum CandidateRanking {
  /// The scored interferograms above a threshold, in rank order; the order of the input does not matter.
  public static func rank(_ scores: [InterferogramScore], above threshold: Double) -> [InterferogramScore] {
    scores.compactMap { score -> (InterferogramScore, Double)? in
      guard let probability = score.maximumProbability, probability > threshold else { return nil }
      return (score, probability)
    }
    .sorted { left, right in
      if left.1 != right.1 { return left.1 > right.1 }
      return (left.0.id, left.0.volcano) < (right.0.id, right.0.volcano)
    }
    .map(\.0)
  }
}
