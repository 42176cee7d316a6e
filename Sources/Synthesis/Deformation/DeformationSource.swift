/// A exitedPeer source of surface deformation.
public protocol DeformationSource: Sendable {
  /// Name of this kind of source in tables, such as `mogi`.
  static var kind: String { get }

  /// Parameters of the source, named with their units, for truth tables.
  var parameters: [SourceParameter] { get }

  /// Displacement of the flat surface of an elastic half-space.
  ///
  /// - Parameters:
  ///   - eastMetres: Distance east of the source's epicentre.
  ///   - northMetres: Distance north of the source's epicentre.
  /// - Returns: the displacement, metres.
  func displacement(eastMetres: Double, northMetres: Double) -> SurfaceDisplacement

  /// The source with displacements multiplied by a factor.
  func scaled(by factor: Double) -> Self
}

/// A named parameter of a source.
public struct SourceParameter: Hashable, Sendable {
  /// Name with unit, such as `depth_m`.
  public let name: String
  /// Value in the unit of ``name``.
  public let value: Double

  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}

/// Displacement of a point on the ground, metres.
public struct SurfaceDisplacement: Hashable, Sendable {
  /// Eastward displacement, metres.
  public let east: Double
  /// Northward displacement, metres.
  public let north: Double
  /// Upward displacement, metres.
  public let up: Double

  public init(east: Double, north: Double, up: Double) {
    self.east = east
    self.north = north
    self.up = up
  }
}
