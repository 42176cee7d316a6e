/// An entry of a volcano catalogue.
public struct Volcano: Hashable, Sendable {
  /// Global Volcanism Program number, if the catalogue has one.
  public let number: Int?
  /// Name, as in the catalogue.
  public let name: String
  /// Degrees north, −90…90.
  public let latitudeDegrees: Double
  /// Degrees east, −180…180.
  public let longitudeDegrees: Double

  public init(number: Int?, name: String, latitudeDegrees: Double, longitudeDegrees: Double) {
    self.number = number
    self.name = name
    self.latitudeDegrees = latitudeDegrees
    self.longitudeDegrees = longitudeDegrees
  }

  /// Normalised name for files and lists; see ``VolcanoName``.
  public var key: String { VolcanoName.key(name) }
}
