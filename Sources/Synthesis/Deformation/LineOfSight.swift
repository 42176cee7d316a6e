import Foundation

/// Unit vector from the ground to a right-looking radar satellite, and projections onto it.
public struct LineOfSight: Hashable, Sendable {
  /// Radar wavelength of Sentinel-1, metres.
  public static let sentinel1WavelengthMetres = 0.05546576

  /// East component of the unit vector from the ground to the satellite.
  public let east: Double
  /// North component.
  public let north: Double
  /// Up component.
  public let up: Double

  /// - Parameters:
  ///   - incidenceDegrees: Angle between the vertical and the line of sight at the ground.
  ///   - headingDegrees: Flight direction, clockwise from north; about −12 ascending, −168 descending.
  public init(incidenceDegrees: Double, headingDegrees: Double) {
    let incidence = incidenceDegrees * .pi / 180
    // Seen from the ground, a right-looking satellite is to the left of its track.
    let azimuth = (headingDegrees - 90) * .pi / 180
    east = sin(incidence) * sin(azimuth)
    north = sin(incidence) * cos(azimuth)
    up = cos(incidence)
  }

  /// Increase of the distance to the satellite due to a displacement, metres; negative for uplift.
  public func rangeChange(of displacement: SurfaceDisplacement) -> Double {
    -(displacement.east * east + displacement.north * north + displacement.up * up)
  }

  /// Interferometric phase of a range change, radians, unwrapped. Sign convention of LiCSAR: an increase in
  /// range gives positive phase, so uplift is negative.
  public static func phase(
    ofRangeChangeMetres rangeChange: Double, wavelengthMetres: Double = sentinel1WavelengthMetres
  ) -> Double {
    4 * .pi / wavelengthMetres * rangeChange
  }
}
