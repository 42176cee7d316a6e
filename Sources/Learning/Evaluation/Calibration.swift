/// Calibration of scores: whether 70 % of the patches that score 0.7 deform.
public struct Calibration: Hashable, Sendable {
  /// Patches whose scores lie in one interval.
  public struct Bin: Hashable, Sendable {
    /// Range of the bin's scores; the upper bound belongs to the next bin, except 1.
    public let scores: ClosedRange<Float>
    /// Number of patches in the bin.
    public let count: Int
    /// Mean score of the bin's patches; 0 for an empty bin.
    public let meanScore: Double
    /// Fraction of the bin's patches that deform, 0…1; 0 for an empty bin.
    public let deformingFraction: Double
  }

  /// Bins of equal width from 0 to 1.
  public let bins: [Bin]
  /// Mean squared difference between the score and the label, 1 for deforming and 0 for quiet patches (Brier
  /// 1950); 0 is best.
  public let brierScore: Double
  /// Expected calibration error: mean absolute difference between the bins' mean scores and deforming
  /// fractions, weighted by their patches.
  public let expectedError: Double

  /// - Parameters:
  ///   - scores: 0…1.
  ///   - deforms: Labels, one per score.
  ///   - count: Number of bins.
  public init(scores: [Float], deforms: [Bool], bins count: Int = 10) {
    precondition(scores.count == deforms.count && count > 0, "each patch has a score")
    var sums = Array(repeating: (count: 0, score: 0.0, deforming: 0), count: count)
    var squares = 0.0
    for (score, deforms) in zip(scores, deforms) {
      let bin = min(count - 1, max(0, Int(score * Float(count))))
      sums[bin].count += 1
      sums[bin].score += Double(score)
      sums[bin].deforming += deforms ? 1 : 0
      let distance = Double(score) - (deforms ? 1 : 0)
      squares += distance * distance
    }
    bins = sums.enumerated().map { number, sum in
      let size = Double(max(1, sum.count))
      return Bin(
        scores: Float(number) / Float(count)...Float(number + 1) / Float(count), count: sum.count,
        meanScore: sum.score / size, deformingFraction: Double(sum.deforming) / size)
    }
    let all = Double(max(1, scores.count))
    brierScore = squares / all
    expectedError = bins.reduce(0) { $0 + Double($1.count) * abs($1.meanScore - $1.deformingFraction) } / all
  }
}
