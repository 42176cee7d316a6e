import Foundation

/// A small sphere that inflates or deflates in an elastic half-space (Mogi 1958, Bull. Earthq. Res. Inst. 36,
/// 99–134; in the volume-change form of Segall 2010, "Earthquake and Volcano Deformation", section 7.2).
public struct MogiSource: DeformationSource, Hashable {
  /// Name in tables; see ``DeformationSource``.
  public static let kind = "mogi"

  /// Depth of the sphere's centre below the surface, metres, positive.
  public let depthMetres: Double
  /// Volume change of the sphere, cubic metres; positive for inflation.
  public let volumeChangeCubicMetres: Double
  /// Poisson's ratio of the half-space, 0…0.5.
  public let poissonRatio: Double

  /// Parameters as in the properties; the depth must be positive.
  public init(depthMetres: Double, volumeChangeCubicMetres: Double, poissonRatio: Double = 0.25) {
    precondition(depthMetres > 0, "a source lies below the surface")
    self.depthMetres = depthMetres
    self.volumeChangeCubicMetres = volumeChangeCubicMetres
    self.poissonRatio = poissonRatio
  }

  /// Surface displacement, metres; see ``DeformationSource``.
  public func displacement(eastMetres: Double, northMetres: Double) -> SurfaceDisplacement {
    let distanceSquared =
      eastMetres * eastMetres + northMetres * northMetres + depthMetres * depthMetres
    let strength = (1 - poissonRatio) * volumeChangeCubicMetres / Double.pi
    let scale = strength / (distanceSquared * distanceSquared.squareRoot())
    return SurfaceDisplacement(east: scale * eastMetres, north: scale * northMetres, up: scale * depthMetres)
  }
}

extension MogiSource {
  /// The range change of largest magnitude, metres.
  ///
  /// It lies towards the satellite: along the horizontal part h of the line of sight the range change is
  /// proportional to (s h + d u) / (s² + d²)^(3/2), and the derivative vanishes at the s used here.
  public func peakRangeChange(seenAlong lineOfSight: LineOfSight) -> Double {
    let horizontal = (lineOfSight.east * lineOfSight.east + lineOfSight.north * lineOfSight.north).squareRoot()
    guard horizontal > 1e-9 else {
      return lineOfSight.rangeChange(of: displacement(eastMetres: 0, northMetres: 0))
    }
    let up = lineOfSight.up
    let distance =
      depthMetres * ((9 * up * up + 8 * horizontal * horizontal).squareRoot() - 3 * up) / (4 * horizontal)
    let peak = displacement(
      eastMetres: distance * lineOfSight.east / horizontal, northMetres: distance * lineOfSight.north / horizontal)
    return lineOfSight.rangeChange(of: peak)
  }
}
