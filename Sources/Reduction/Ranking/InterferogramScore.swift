/// An interferogram's outcome, as needed for rankings.
public struct InterferogramScore: Hashable, Sendable {
  /// Key of the volcano at the centre of its crop.
  public let volcano: String
  /// The interferogram's name, unique within a sweep; published scores repeat some.
  public let id: String
  /// How the interferogram ended.
  public let outcome: Outcome

  /// - Precondition: a probability is within 0…1.
  public init(volcano: String, id: String, outcome: Outcome) {
    if case .scored(let probability) = outcome {
      precondition(probability >= 0 && probability <= 1, "a probability is from 0 to 1")
    }
    self.volcano = volcano
    self.id = id
    self.outcome = outcome
  }

  /// How an interferogram ended.
  public enum Outcome: Hashable, Sendable {
    /// Scored, with the maximum of its merged map, 0…1.
    case scored(maximumProbability: Double)
    /// Rejected because of its pixels.
    case rejected
    /// No worker could read it.
    case unreadable
    /// Its worker died or hung on every try.
    case quarantined
  }

  /// Pmax, 0…1; `nil` if it was not scored.
  public var maximumProbability: Double? {
    if case .scored(let probability) = outcome { probability } else { nil }
  }
}
