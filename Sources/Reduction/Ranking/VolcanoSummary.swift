/// Results of one volcano.
public struct VolcanoSummary: Hashable, Sendable {
  /// The volcano's key.
  public let volcano: String
  /// Number of scored interferograms.
  public internal(set) var scored = 0
  /// Number of interferograms rejected because of their pixels.
  public internal(set) var rejected = 0
  /// Number of interferograms that no worker could read.
  public internal(set) var unreadable = 0
  /// Number of interferograms whose worker died or hung on every try.
  public internal(set) var quarantined = 0
  /// Number of interferograms with Pmax above 0.5.
  public internal(set) var aboveHalf = 0
  /// Number of interferograms with Pmax above 0.8.
  public internal(set) var aboveFourFifths = 0
  /// Number of interferograms with Pmax above the ranking's threshold.
  public internal(set) var aboveThreshold = 0
  /// The interferogram with the highest Pmax, ties by name; `nil` if none was scored.
  public internal(set) var best: Best?

  /// An interferogram with its Pmax.
  public struct Best: Hashable, Sendable {
    /// The interferogram's name.
    public let id: String
    /// Its Pmax, 0…1.
    public let maximumProbability: Double
  }

  init(volcano: String) { self.volcano = volcano }

  mutating func count(_ score: InterferogramScore, threshold: Double) {
    switch score.outcome {
    case .rejected: rejected += 1
    case .unreadable: unreadable += 1
    case .quarantined: quarantined += 1
    case .scored(let probability):
      scored += 1
      if probability > 0.5 { aboveHalf += 1 }
      if probability > 0.8 { aboveFourFifths += 1 }
      if probability > threshold { aboveThreshold += 1 }
      if let best {
        if probability < best.maximumProbability { return }
        if probability == best.maximumProbability && best.id <= score.id { return }
      }
      best = Best(id: score.id, maximumProbability: probability)
    }
  }
}
