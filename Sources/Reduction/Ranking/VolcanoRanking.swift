import Interferometry

/// Volcanoes in the order in which to look at them.
public struct VolcanoRanking: Sendable {
  /// What counts as a candidate: a highest probability above this.
  public let threshold: Double
  /// By number of interferograms above the threshold, then highest probability, then name.
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

  /// How many interferograms were scored, in all.
  public var scored: Int { volcanoes.reduce(0) { $0 + $1.scored } }

  /// How many interferograms are above the threshold, in all.
  public var aboveThreshold: Int { volcanoes.reduce(0) { $0 + $1.aboveThreshold } }

  /// How many volcanoes have an interferogram above the threshold.
  public var volcanoesAboveThreshold: Int { volcanoes.count { $0.aboveThreshold > 0 } }

  private static func comesBefore(_ left: VolcanoSummary, _ right: VolcanoSummary) -> Bool {
    if left.aboveThreshold != right.aboveThreshold { return left.aboveThreshold > right.aboveThreshold }
    let leftHighest = left.best?.maximumProbability ?? -1
    let rightHighest = right.best?.maximumProbability ?? -1
    if leftHighest != rightHighest { return leftHighest > rightHighest }
    return left.volcano < right.volcano
  }
}
