import Interferometry

/// The fraction of interferograms that deform, as stated and as the network's training assumed.
public struct Priors: Hashable, Sendable, Codable {
  /// As stated for this sweep.
  public let stated: DeformationPrior
  /// Of the training.
  public let training: DeformationPrior

  public init(stated: DeformationPrior, training: DeformationPrior = .even) {
    (self.stated, self.training) = (stated, training)
  }

  /// The probability that an interferogram with this Pmax deforms, 0…1.
  func probability(of maximumProbability: Double) -> Double {
    stated.probability(of: maximumProbability, trainedAt: training)
  }

  /// The expected fraction of interferograms that deform among these, by their Pmax; `nil` for none.
  public func expectedShare(of maximumProbabilities: [Double]) -> Double? {
    guard !maximumProbabilities.isEmpty else { return nil }
    // The sum depends on its order.
    let sum = maximumProbabilities.sorted().reduce(0) { $0 + probability(of: $1) }
    return sum / Double(maximumProbabilities.count)
  }
}
