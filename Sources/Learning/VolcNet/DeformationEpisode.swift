import Interferometry

/// A stretch of time in which the ground moved, as VolcNet (Gaddes et al.) tells of it.
public struct DeformationEpisode: Hashable, Sendable {
  public enum Motion: Hashable, Sendable {
    /// Steady movement, metres a year in the line of sight.
    case persistent(metresPerYear: Double)
    /// Movement at some time between the dates, metres in the line of sight.
    case transient(metres: Double)
  }

  public let motion: Motion
  public let start: AcquisitionDate
  public let stop: AcquisitionDate
  /// Such as `sill` or `dyke`.
  public let source: String
  /// The corners of the area that moves.
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

  /// Days of the episode between two dates in rising order; 0 where they only touch.
  func overlapDays(from first: AcquisitionDate, to last: AcquisitionDate) -> Int {
    max(0, min(last.daysSince1970, stop.daysSince1970) - max(first.daysSince1970, start.daysSince1970))
  }

  /// How far the ground moved in so many days of the episode, metres; a transient's whole magnitude for any.
  func metres(overlapDays: Int) -> Double {
    guard overlapDays > 0 else { return 0 }
    switch motion {
    case .persistent(let rate): return Double(overlapDays) / Self.daysPerYear * rate
    case .transient(let metres): return metres
    }
  }
}

/// A place by its degrees.
public struct GroundPoint: Hashable, Sendable {
  public var longitudeDegrees: Double
  public var latitudeDegrees: Double

  public init(longitudeDegrees: Double, latitudeDegrees: Double) {
    self.longitudeDegrees = longitudeDegrees
    self.latitudeDegrees = latitudeDegrees
  }
}
