import Interferometry

/// Volcanoes in the order in which to look at them.
public struct VolcanoRanking: Sendable {
  /// Pmax above which an interferogram is a candidate.
  public let threshold: Double
  /// By number of interferograms above the threshold, then highest Pmax, then name.
  public let volcanoes: [VolcanoSummary]

  /// Ranks the volcanoes of these interferograms; the order in which they come has no influence.
  public init(of scores: [InterferogramScore], threshold: Double = CandidateThreshold.standard) {
    self.threshold = threshold
    var indices: [String: Int] = [:]
    var summaries: [VolcanoSummary] = []
    for score in scores {
      let index =
        indices[score.volcano]
        ?? {
          indices[score.volcano] = summaries.count
          summaries.append(VolcanoSummary(volcano: score.volcano))
          return summaries.count - 1
        }()
      summaries[index].count(score, threshold: threshold)
    }
    volcanoes = summaries.sorted(by: Self.comesBefore)
  }

  /// Total number of scored interferograms.
  public var scored: Int { volcanoes.reduce(0) { $0 + $1.scored } }

  /// Total number of interferograms above the threshold.
  public var aboveThreshold: Int { volcanoes.reduce(0) { $0 + $1.aboveThreshold } }

  /// Number of volcanoes with an interferogram above the threshold.
  public var volcanoesAboveThreshold: Int { volcanoes.count { $0.aboveThreshold > 0 } }

  private static func comesBefore(_ left: VolcanoSummary, _ right: VolcanoSummary) -> Bool {
    if left.aboveThreshold != right.aboveThreshold { return left.aboveThreshold > right.aboveThreshold }
    let leftHighest = left.best?.maximumProbability ?? -1
    let rightHighest = right.best?.maximumProbability ?? -1
    if leftHighest != rightHighest { return leftHighest > rightHighest }
    return left.volcano < right.volcano
  }
}
