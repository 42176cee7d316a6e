import Interferometry

/// A time interval with ground deformation in VolcNet (Gaddes et al.).
public struct DeformationEpisode: Hashable, Sendable {
  /// Motion in the line of sight.
  public enum Motion: Hashable, Sendable {
    /// Steady motion, metres per year.
    case persistent(metresPerYear: Double)
    /// Motion at some time within the interval, metres.
    case transient(metres: Double)
  }

  /// Rate or magnitude.
  public let motion: Motion
  /// First day of the episode.
  public let start: AcquisitionDate
  /// Last day of the episode.
  public let stop: AcquisitionDate
  /// Type of the source, such as `sill` or `dyke`.
  public let source: String
  /// Corners of the deforming area.
  public let polygon: [GroundPoint]

  public init(
    motion: Motion, start: AcquisitionDate, stop: AcquisitionDate, source: String, polygon: [GroundPoint]
  ) {
    self.motion = motion
    self.start = start
    self.stop = stop
    self.source = source
    self.polygon = polygon
  }

  static let daysPerYear = 365.25

  /// Days of the episode between two dates in increasing order; 0 if they only touch.
  func overlapDays(from first: AcquisitionDate, to last: AcquisitionDate) -> Int {
    max(0, min(last.daysSince1970, stop.daysSince1970) - max(first.daysSince1970, start.daysSince1970))
  }

  /// Displacement in the line of sight within this many days of the episode, metres; a transient contributes
  /// its whole magnitude.
  func metres(overlapDays: Int) -> Double {
    guard overlapDays > 0 else { return 0 }
    switch motion {
    case .persistent(let rate): return Double(overlapDays) / Self.daysPerYear * rate
    case .transient(let metres): return metres
    }
  }
}

/// A geographic point.
public struct GroundPoint: Hashable, Sendable {
  /// Degrees east.
  public var longitudeDegrees: Double
  /// Degrees north.
  public var latitudeDegrees: Double

  public init(longitudeDegrees: Double, latitudeDegrees: Double) {
    self.longitudeDegrees = longitudeDegrees
    self.latitudeDegrees = latitudeDegrees
  }
}
