/// What a sweep found at one volcano.
public struct VolcanoSummary: Hashable, Sendable {
  /// The volcano's key.
  public let volcano: String
  public internal(set) var scored = 0
  public internal(set) var rejected = 0
  public internal(set) var unreadable = 0
  public internal(set) var quarantined = 0
  /// How many of its interferograms have a highest probability above 0.5.
  public internal(set) var aboveHalf = 0
  /// How many above 0.8.
  public internal(set) var aboveFourFifths = 0
  /// How many above the ranking's threshold.
  public internal(set) var aboveThreshold = 0
  /// The interferogram with the highest probability, the first by name among equals; `nil` where none was scored.
  public internal(set) var best: Best?

  /// An interferogram and its highest probability.
  public struct Best: Hashable, Sendable {
    public let id: String
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
