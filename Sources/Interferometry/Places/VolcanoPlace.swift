/// Where a volcano lies.
public struct VolcanoPlace: Hashable, Sendable, Codable {
  /// The volcano's key, as in the names of stacks.
  public let volcano: String
  /// Degrees north, −90…90.
  public let latitudeDegrees: Double
  /// Degrees east, modulo 360.
  public let longitudeDegrees: Double

  public init(volcano: String, latitudeDegrees: Double, longitudeDegrees: Double) {
    self.volcano = volcano
    self.latitudeDegrees = latitudeDegrees
    self.longitudeDegrees = longitudeDegrees
  }

  /// Whether the degrees are those of a place on Earth.
  public var isOnEarth: Bool { abs(latitudeDegrees) <= 90 && abs(longitudeDegrees) <= 360 }
}
