/// Something below the ground that moves its surface.
public protocol DeformationSource: Sendable {
  /// The word for this kind of source in lists (`mogi`).
  static var kind: String { get }

  /// How the flat surface of an elastic half-space moves at a place.
  /// - Parameters:
  ///   - eastMetres: how far east of the source's epicentre the place lies.
  ///   - northMetres: how far north of it.
  /// - Returns: the displacement there, metres.
  func displacement(eastMetres: Double, northMetres: Double) -> SurfaceDisplacement
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
