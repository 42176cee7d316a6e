import Interferometry

/// Order in time of two pairs of dates, as Hephaestus orders the interferograms of a frame. It ignores which
/// date is the primary: a pair with the dates swapped shows the same movement with opposite sign.
public enum PairOrder: String, Hashable, Sendable, CaseIterable {
  /// Both acquisitions of the first pair are earlier, or the earlier dates are equal and its later date is
  /// earlier.
  case before
  /// The reverse of ``before``.
  case after
  /// The pairs have the same dates.
  case same
  /// One span lies inside the other and they start on different dates: dates give no order, so a choice
  /// between them depends on quality.
  case unordered

  /// Compares two pairs of dates.
  public init(of first: DatePair, to second: DatePair) {
    let (one, other) = (first.inTime, second.inTime)
    if one == other {
      self = .same
    } else if one.first == other.first {
      self = one.last < other.last ? .before : .after
    } else if one.first < other.first && one.last < other.last {
      self = .before
    } else if one.first > other.first && one.last > other.last {
      self = .after
    } else {
      self = .unordered
    }
  }
}

extension Annotation {
  /// Number of quality problems, for choosing among interferograms without an order in time: 0 for a clean
  /// one; a corrupted or empty one ranks after all others.
  public var faultCount: Int {
    var count = isCorrupted || hasNoInformation ? 100 : 0
    count += processingError != 0 ? 10 : 0
    count += hasImageArtifacts ? 10 : 0
    count += hasLowCoherence ? 3 : 0
    count += orbitalFringes != 0 ? 1 : 0
    count += glacierFringes != 0 ? 1 : 0
    count += atmosphericFringes != 0 ? 1 : 0
    return count
  }

  /// Whether there are fringes that are not deformation.
  public var hasMisleadingFringes: Bool {
    atmosphericFringes != 0 || orbitalFringes != 0 || glacierFringes != 0
  }
}
