import Foundation

/// A rectangular dislocation with slip or opening: a fault, a dyke or a sill (Okada 1985, Bull. Seismol. Soc.
/// Am. 75, 1135–1154, at the surface of an elastic half-space).
///
/// The epicentre is the point above the centre of the rectangle.
public struct RectangularDislocation: DeformationSource, Hashable {
  /// Name in tables; see ``DeformationSource``.
  public static let kind = "dislocation"

  /// Depth of the rectangle's centre, metres; the upper edge must not be above the ground.
  public let depthMetres: Double
  /// Length of the horizontal edges, metres.
  public let lengthMetres: Double
  /// Length of the edges along the dip, metres.
  public let widthMetres: Double
  /// Strike, degrees clockwise from north; the rectangle dips to the right of it.
  public let strikeDegrees: Double
  /// Dip, 0…90 degrees: 0 for a sill, 90 for a vertical dyke.
  public let dipDegrees: Double
  /// Strike slip of the hanging wall relative to the footwall, metres; positive is left-lateral.
  public let strikeSlipMetres: Double
  /// Dip slip of the hanging wall relative to the footwall, metres; positive is a reverse fault.
  public let dipSlipMetres: Double
  /// Opening, metres; negative for closing.
  public let openingMetres: Double
  /// Poisson's ratio of the half-space, 0…0.5.
  public let poissonRatio: Double

  private let field: DislocationField
  private let alongEast: Double
  private let alongNorth: Double
  private let middle: Double

  /// Parameters as in the properties.
  public init(
    depthMetres: Double, lengthMetres: Double, widthMetres: Double, strikeDegrees: Double, dipDegrees: Double,
    strikeSlipMetres: Double = 0, dipSlipMetres: Double = 0, openingMetres: Double = 0, poissonRatio: Double = 0.25
  ) {
    precondition(lengthMetres > 0 && widthMetres > 0, "a rectangle has an area")
    precondition((0...90).contains(dipDegrees), "a dip lies between 0° and 90°")
    let dip = dipDegrees * .pi / 180
    precondition(
      depthMetres >= widthMetres / 2 * sin(dip) * (1 - 1e-9) && depthMetres > 0,
      "a rectangle lies below the surface")
    self.depthMetres = depthMetres
    self.lengthMetres = lengthMetres
    self.widthMetres = widthMetres
    self.strikeDegrees = strikeDegrees
    self.dipDegrees = dipDegrees
    self.strikeSlipMetres = strikeSlipMetres
    self.dipSlipMetres = dipSlipMetres
    self.openingMetres = openingMetres
    self.poissonRatio = poissonRatio
    let strike = strikeDegrees * .pi / 180
    alongEast = sin(strike)
    alongNorth = cos(strike)
    middle = widthMetres / 2 * cos(dip)
    field = DislocationField(
      length: lengthMetres, width: widthMetres, lowerEdgeDepth: depthMetres + widthMetres / 2 * sin(dip), dip: dip,
      poissonRatio: poissonRatio)
  }

  /// Surface displacement, metres; see ``DeformationSource``.
  public func displacement(eastMetres: Double, northMetres: Double) -> SurfaceDisplacement {
    let along = eastMetres * alongEast + northMetres * alongNorth
    let left = northMetres * alongEast - eastMetres * alongNorth
    let moved = field.displacement(
      x: along + lengthMetres / 2, y: left + middle,
      slip: SIMD3(strikeSlipMetres, dipSlipMetres, openingMetres))
    return SurfaceDisplacement(
      east: moved.x * alongEast - moved.y * alongNorth, north: moved.x * alongNorth + moved.y * alongEast,
      up: moved.z)
  }

  public static func == (left: RectangularDislocation, right: RectangularDislocation) -> Bool {
    left.shape == right.shape
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(shape) }

  private var shape: [Double] {
    [
      depthMetres, lengthMetres, widthMetres, strikeDegrees, dipDegrees, strikeSlipMetres, dipSlipMetres,
      openingMetres, poissonRatio,
    ]
  }
}
