/// What a sweep found in one interferogram, as far as rankings need it.
public struct InterferogramScore: Hashable, Sendable {
  /// The key of the volcano it is cut around.
  public let volcano: String
  /// The interferogram's name, unique in a sweep of this project; published scores repeat some.
  public let id: String
  public let outcome: Outcome

  public init(volcano: String, id: String, outcome: Outcome) {
    if case .scored(let probability) = outcome {
      precondition(probability >= 0 && probability <= 1, "a probability is from 0 to 1")
    }
    self.volcano = volcano
    self.id = id
    self.outcome = outcome
  }

  /// How an interferogram ended; exactly one of these for each.
  public enum Outcome: Hashable, Sendable {
    /// With the highest probability of its merged map, 0…1.
    case scored(maximumProbability: Double)
    /// Its data could not be used.
    case rejected
    /// No worker could read it.
    case unreadable
    /// Each worker that tried it died or hung.
    case quarantined
  }

  /// The highest probability, where it was scored.
  public var maximumProbability: Double? {
    if case .scored(let probability) = outcome { probability } else { nil }
  }
}
