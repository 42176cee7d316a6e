import Interferometry

/// How a volcano's deformation runs in time, in multiples of what its source does.
public enum DeformationHistory: Hashable, Sendable {
  /// As much each day.
  case steady
  /// Evenly over some days from a day since 1970 on, once, and nothing before and after; 0 days for a jump at the
  /// day's beginning.
  case transient(onset: Int, days: Int)

  /// How much of it falls between two acquisitions; the later less the earlier.
  public func amount(of pair: DatePair) -> Double {
    switch self {
    case .steady: Double(pair.spanDays)
    case .transient(let onset, let days):
      Self.share(pair.secondary, onset, days) - Self.share(pair.primary, onset, days)
    }
  }

  /// The word for it in lists.
  public var kind: String {
    switch self {
    case .steady: "steady"
    case .transient: "transient"
    }
  }

  private static func share(_ date: AcquisitionDate, _ onset: Int, _ days: Int) -> Double {
    let since = date.daysSince1970 - onset
    guard days > 0 else { return since >= 0 ? 1 : 0 }
    return min(1, max(0, Double(since) / Double(days)))
  }
}
