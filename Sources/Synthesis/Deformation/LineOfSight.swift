import Foundation

/// The direction from the ground to a right-looking radar satellite, and what of a displacement it sees.
public struct LineOfSight: Hashable, Sendable {
  /// The wavelength of Sentinel-1's radar, metres.
  public static let sentinel1WavelengthMetres = 0.05546576

  /// East, north and up components of the unit vector from the ground to the satellite.
  public let east: Double
  public let north: Double
  public let up: Double

  /// - Parameters:
  ///   - incidenceDegrees: angle between the vertical and the line of sight at the ground.
  ///   - headingDegrees: flight direction, clockwise from north; about −12 ascending, −168 descending.
  public init(incidenceDegrees: Double, headingDegrees: Double) {
    let incidence = incidenceDegrees * .pi / 180
    // A right-looking satellite stands to the left of its track as seen from the ground.
    let azimuth = (headingDegrees - 90) * .pi / 180
    east = sin(incidence) * sin(azimuth)
    north = sin(incidence) * cos(azimuth)
    up = cos(incidence)
  }

  /// How much farther from the satellite the ground is after a displacement, metres: negative for uplift.
  public func rangeChange(of displacement: SurfaceDisplacement) -> Double {
    -(displacement.east * east + displacement.north * north + displacement.up * up)
  }

  /// The interferometric phase of a range change, radians, unwrapped. Its sign is LiCSAR's: a secondary
  /// acquisition from farther away has positive phase, so that uplift is negative.
  public static func phase(
    ofRangeChangeMetres rangeChange: Double, wavelengthMetres: Double = sentinel1WavelengthMetres
  ) -> Double {
    4 * .pi / wavelengthMetres * rangeChange
  }
}
