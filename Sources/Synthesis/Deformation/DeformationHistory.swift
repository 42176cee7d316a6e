import Interferometry

/// Course of a volcano's deformation in time, as a multiple of its source.
public enum DeformationHistory: Hashable, Sendable {
  /// An amount of 1 per day.
  case steady
  /// An amount of 1 in total, evenly over `days` days from `onset`, a day since 1970; 0 days for a step at
  /// the beginning of that day.
  case transient(onset: Int, days: Int)

  /// Amount between two acquisitions, secondary minus primary.
  public func amount(of pair: DatePair) -> Double {
    switch self {
    case .steady: Double(pair.spanDays)
    case .transient(let onset, let days):
      Self.fraction(pair.secondary, onset, days) - Self.fraction(pair.primary, onset, days)
    }
  }

  /// Its name in tables.
  public var kind: String {
    switch self {
    case .steady: "steady"
    case .transient: "transient"
    }
  }

  private static func fraction(_ date: AcquisitionDate, _ onset: Int, _ days: Int) -> Double {
    let since = date.daysSince1970 - onset
    guard days > 0 else { return since >= 0 ? 1 : 0 }
    return min(1, max(0, Double(since) / Double(days)))
  }
}
