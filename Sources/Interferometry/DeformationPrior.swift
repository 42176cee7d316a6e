/// The fraction of interferograms that deform, before one is looked at: between 0 and 1, both excluded.
public struct DeformationPrior: Hashable, Sendable, Codable {
  /// The fraction.
  public let fraction: Double

  /// Of a model that does not say which one its training assumed.
  public static let even = DeformationPrior(unchecked: 0.5)

  /// `nil` for a fraction that is not between 0 and 1.
  public init?(_ fraction: Double) {
    guard fraction > 0, fraction < 1 else { return nil }
    self.fraction = fraction
  }

  /// `nil` for text of another form, and for a fraction that is not between 0 and 1.
  ///
  /// - Parameter text: `1:100` for one in a hundred, or a number such as `0.01`.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch parts.count {
    case 1:
      guard let fraction = Double(text) else { return nil }
      self.init(fraction)
    case 2:
      guard let part = Double(parts[0]), let whole = Double(parts[1]), part > 0, whole > 0 else { return nil }
      self.init(part / whole)
    default: return nil
    }
  }

  private init(unchecked fraction: Double) { self.fraction = fraction }

  private var odds: Double { fraction / (1 - fraction) }

  /// The probability under this prior that an interferogram deforms: its odds are those of the network times the
  /// ratio of the priors' odds.
  ///
  /// - Parameters:
  ///   - probability: What the network says, 0…1.
  ///   - training: The prior that its training assumed.
  /// - Returns: 0…1.
  public func probability(of probability: Double, trainedAt training: DeformationPrior) -> Double {
    let weight = odds / training.odds
    return probability * weight / (probability * weight + (1 - probability))
  }
}
