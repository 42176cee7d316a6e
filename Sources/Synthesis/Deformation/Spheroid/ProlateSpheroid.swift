import Foundation

/// A prolate cavity under uniform pressure: a conduit or an elongated chamber (Yang, Davis and Dieterich
/// 1988, J. Geophys. Res. 93, 4249–4257).
///
/// Outside, such a cavity is equivalent to centres of dilatation and double forces along the line between its
/// foci, with strengths from Eshelby's tensor (``SpheroidMoments``). The paper integrates along that line in
/// closed form, with misprints that later papers correct; here a Gauss rule is used, with a relative error of
/// 10⁻⁶ if the upper end is at least a semi-minor axis below the ground. As in the paper, the pressure on the
/// cavity's wall is not corrected for the free surface.
public struct ProlateSpheroid: DeformationSource, Hashable {
  /// Name in tables; see ``DeformationSource``.
  public static let kind = "spheroid"

  /// Largest ratio of the semi-minor to the semi-major axis; use ``MogiSource`` for rounder cavities.
  public static let largestAspect = 0.99

  /// Depth of the centre, metres, positive.
  public let depthMetres: Double
  /// Semi-major axis, metres.
  public let semiMajorMetres: Double
  /// Semi-minor axes, metres; at most ``largestAspect`` times the semi-major axis.
  public let semiMinorMetres: Double
  /// Azimuth of the lower end of the long axis, degrees clockwise from north.
  public let trendDegrees: Double
  /// Plunge of the long axis, 0…90 degrees.
  public let plungeDegrees: Double
  /// Volume change of the cavity, cubic metres; positive for inflation.
  public let volumeChangeCubicMetres: Double
  /// Poisson's ratio of the half-space, 0 ..< 0.5.
  public let poissonRatio: Double

  private let axis: SIMD3<Double>
  private let nodes: [AxialSource]

  /// Parameters as in the properties.
  public init(
    depthMetres: Double, semiMajorMetres: Double, semiMinorMetres: Double, trendDegrees: Double,
    plungeDegrees: Double, volumeChangeCubicMetres: Double, poissonRatio: Double = 0.25
  ) {
    precondition(semiMinorMetres > 0, "a cavity has a volume")
    precondition(semiMinorMetres <= Self.largestAspect * semiMajorMetres, "the spheroid is longer than it is wide")
    precondition((0...90).contains(plungeDegrees), "a plunge lies between 0° and 90°")
    self.depthMetres = depthMetres
    self.semiMajorMetres = semiMajorMetres
    self.semiMinorMetres = semiMinorMetres
    self.trendDegrees = trendDegrees
    self.plungeDegrees = plungeDegrees
    self.volumeChangeCubicMetres = volumeChangeCubicMetres
    self.poissonRatio = poissonRatio
    let (trend, plunge) = (trendDegrees * .pi / 180, plungeDegrees * .pi / 180)
    axis = SIMD3(sin(trend) * cos(plunge), cos(trend) * cos(plunge), sin(plunge))
    let (along, across) = (semiMajorMetres * sin(plunge), semiMinorMetres * cos(plunge))
    precondition(
      depthMetres > (along * along + across * across).squareRoot(), "the whole cavity lies below the surface")
    nodes = AxialSource.line(
      semiMajor: semiMajorMetres, semiMinor: semiMinorMetres, volumeChange: volumeChangeCubicMetres,
      poissonRatio: poissonRatio)
  }

  /// Surface displacement, metres; see ``DeformationSource``.
  public func displacement(eastMetres: Double, northMetres: Double) -> SurfaceDisplacement {
    let nuclei = NucleiOfStrain(axis: axis, poissonRatio: poissonRatio)
    var moved = SIMD3<Double>.zero
    for node in nodes {
      let place = axis * node.position + SIMD3(-eastMetres, -northMetres, depthMetres)
      moved += nuclei.surfaceDisplacement(of: node, at: place)
    }
    return SurfaceDisplacement(east: moved.x, north: moved.y, up: -moved.z)
  }

  public static func == (left: ProlateSpheroid, right: ProlateSpheroid) -> Bool { left.shape == right.shape }

  public func hash(into hasher: inout Hasher) { hasher.combine(shape) }

  private var shape: [Double] {
    [
      depthMetres, semiMajorMetres, semiMinorMetres, trendDegrees, plungeDegrees, volumeChangeCubicMetres,
      poissonRatio,
    ]
  }
}
