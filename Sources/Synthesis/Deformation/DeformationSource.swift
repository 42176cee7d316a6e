/// Something below the ground that moves its surface.
public protocol DeformationSource: Sendable {
  /// The word for this kind of source in lists (`mogi`).
  static var kind: String { get }

  /// What the source is, by names with units, for the truth about it.
  var parameters: [SourceParameter] { get }

  /// How the flat surface of an elastic half-space moves at a place.
  /// - Parameters:
  ///   - eastMetres: how far east of the source's epicentre the place lies.
  ///   - northMetres: how far north of it.
  /// - Returns: the displacement there, metres.
  func displacement(eastMetres: Double, northMetres: Double) -> SurfaceDisplacement

  /// The source that moves everything so many times as far.
  func scaled(by factor: Double) -> Self
}

/// A number that describes a source.
public struct SourceParameter: Hashable, Sendable {
  /// What it is, with its unit (`depth_m`).
  public let name: String
  public let value: Double

  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}

/// How a point of the ground has moved, metres.
public struct SurfaceDisplacement: Hashable, Sendable {
  public let east: Double
  public let north: Double
  public let up: Double

  public init(east: Double, north: Double, up: Double) {
    self.east = east
    self.north = north
    self.up = up
  }
}
