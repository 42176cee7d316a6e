import Interferometry

/// How two pairs of dates lie to each other in time, as Hephaestus orders the interferograms of a frame. The order of the
/// acquisitions counts, whichever of them a pair calls its primary: a pair that runs backwards shows the same movement
/// with its sign turned, at the same time.
public enum PairOrder: String, Hashable, Sendable, CaseIterable {
  /// Both acquisitions of the first are earlier, or the earlier ones are one and its later one is earlier.
  case before
  /// The other way round.
  case after
  /// They have the same dates.
  case same
  /// One span lies inside the other, and they do not begin together: dates give no order, so choosing one of them must
  /// weigh their quality.
  case unordered

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
  /// How many things make an interferogram hard to read, for choosing among those that have no order: 0 for a clean
  /// one; a corrupted or empty one comes after all others.
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

  /// Whether there are fringes that are no deformation.
  public var hasMisleadingFringes: Bool {
    atmosphericFringes != 0 || orbitalFringes != 0 || glacierFringes != 0
  }
}
