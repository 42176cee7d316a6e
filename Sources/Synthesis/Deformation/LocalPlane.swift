import Foundation

/// The plane that touches the Earth (a sphere of mean radius) at a point; good to a per mille within 50 km.
public struct LocalPlane: Hashable, Sendable {
  public let latitudeDegrees: Double
  public let longitudeDegrees: Double

  /// Metres in a degree of latitude, for the mean radius of 6,371,008.8 m.
  public static let metresPerDegree = 6_371_008.8 * .pi / 180

  public init(latitudeDegrees: Double, longitudeDegrees: Double) {
    self.latitudeDegrees = latitudeDegrees
    self.longitudeDegrees = longitudeDegrees
  }

  /// How far east of the plane's origin a longitude lies on the origin's parallel, metres.
  public func eastMetres(ofLongitude longitude: Double) -> Double {
    (longitude - longitudeDegrees) * Self.metresPerDegree * cos(latitudeDegrees * .pi / 180)
  }

  /// How far north of the plane's origin a latitude lies, metres.
  public func northMetres(ofLatitude latitude: Double) -> Double {
    (latitude - latitudeDegrees) * Self.metresPerDegree
  }

  /// The point that lies this far east and north of the origin, degrees.
  public func point(eastMetres: Double, northMetres: Double) -> (latitude: Double, longitude: Double) {
    (
      latitudeDegrees + northMetres / Self.metresPerDegree,
      longitudeDegrees + eastMetres / (Self.metresPerDegree * cos(latitudeDegrees * .pi / 180))
    )
  }
}
