/// Whether patches that score 0.7 deform in seven cases of ten.
public struct Calibration: Hashable, Sendable {
  public struct Bin: Hashable, Sendable {
    /// The bin's scores; the upper bound belongs to the next one, but for 1.
    public let scores: ClosedRange<Float>
    public let count: Int
    /// Mean score of its patches; 0 where there is none.
    public let meanScore: Double
    /// Share of its patches that deform; 0 where there is none.
    public let deformingShare: Double
  }

  /// Of equal width from 0 to 1.
  public let bins: [Bin]
  /// Mean square of the score's distance from 1 for deforming and 0 for quiet patches (Brier 1950); 0 is best.
  public let brierScore: Double
  /// Mean distance of the bins' mean scores from their deforming shares, weighed by their patches.
  public let expectedError: Double

  /// - Parameters:
  ///   - scores: 0…1.
  ///   - deforms: As many.
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
        meanScore: sum.score / size, deformingShare: Double(sum.deforming) / size)
    }
    let all = Double(max(1, scores.count))
    brierScore = squares / all
    expectedError = bins.reduce(0) { $0 + Double($1.count) * abs($1.meanScore - $1.deformingShare) } / all
  }
}
