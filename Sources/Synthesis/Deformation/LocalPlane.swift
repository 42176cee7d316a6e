import Foundation

/// Tangent plane of the Earth (a sphere of mean radius) at a point; relative errors are about 0.1 % within 50
/// km.
public struct LocalPlane: Hashable, Sendable {
  /// Latitude of the origin, degrees north.
  public let latitudeDegrees: Double
  /// Longitude of the origin, degrees east.
  public let longitudeDegrees: Double

  /// Metres per degree of latitude, for the mean radius of 6,371,008.8 m.
  public static let metresPerDegree = 6_371_008.8 * .pi / 180

  public init(latitudeDegrees: Double, longitudeDegrees: Double) {
    self.latitudeDegrees = latitudeDegrees
    self.longitudeDegrees = longitudeDegrees
  }

  /// Distance east of the origin along the origin's parallel, metres.
  public func eastMetres(ofLongitude longitude: Double) -> Double {
    (longitude - longitudeDegrees) * Self.metresPerDegree * cos(latitudeDegrees * .pi / 180)
  }

  /// Distance north of the origin, metres.
  public func northMetres(ofLatitude latitude: Double) -> Double {
    (latitude - latitudeDegrees) * Self.metresPerDegree
  }

  /// The point at this distance east and north of the origin, degrees.
  public func point(eastMetres: Double, northMetres: Double) -> (latitude: Double, longitude: Double) {
    (
      latitudeDegrees + northMetres / Self.metresPerDegree,
      longitudeDegrees + eastMetres / (Self.metresPerDegree * cos(latitudeDegrees * .pi / 180))
    )
  }
}
