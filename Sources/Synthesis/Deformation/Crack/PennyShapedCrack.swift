import Foundation

/// A horizontal circular crack under uniform pressure (a sill or a shallow reservoir), including the effect
/// of the free surface on the crack (Fialko, Khazan and Simons 2001, Geophys. J. Int. 146, 181–190).
///
/// Opening and radial slip on the crack are chosen so that it is free of shear stress; ``CrackDensities``
/// solves the pair of Fredholm equations, and the surface displacement follows in closed form.
public struct PennyShapedCrack: DeformationSource, Hashable {
  /// Name in tables; see ``DeformationSource``.
  public static let kind = "crack"

  /// Smallest ratio of depth to radius at which the equations are solved to 0.1 %.
  public static let leastDepthOverRadius = 0.2

  /// Depth of the crack, metres, positive.
  public let depthMetres: Double
  /// Radius of the crack, metres; at most the depth divided by ``leastDepthOverRadius``.
  public let radiusMetres: Double
  /// Volume of the opening, cubic metres; negative for closing. Used instead of the pressure because it needs
  /// no elastic moduli.
  public let volumeChangeCubicMetres: Double
  private let densities: CrackDensities

  /// Parameters as in the properties.
  public init(depthMetres: Double, radiusMetres: Double, volumeChangeCubicMetres: Double) {
    precondition(depthMetres > 0 && radiusMetres > 0, "a crack lies below the surface and has an area")
    precondition(depthMetres >= radiusMetres * Self.leastDepthOverRadius, "the crack is too shallow for its radius")
    self.depthMetres = depthMetres
    self.radiusMetres = radiusMetres
    self.volumeChangeCubicMetres = volumeChangeCubicMetres
    densities = CrackDensities(depthOverRadius: depthMetres / radiusMetres)
  }

  /// Surface displacement, metres; see ``DeformationSource``.
  public func displacement(eastMetres: Double, northMetres: Double) -> SurfaceDisplacement {
    let distance = (eastMetres * eastMetres + northMetres * northMetres).squareRoot()
    let moved = densities.surfaceDisplacement(atDistance: distance / radiusMetres)
    let scale = volumeChangeCubicMetres / (radiusMetres * radiusMetres * densities.volume)
    let outward = distance > 0 ? scale * moved.outward / distance : 0
    return SurfaceDisplacement(
      east: outward * eastMetres, north: outward * northMetres, up: scale * moved.up)
  }

  public static func == (left: PennyShapedCrack, right: PennyShapedCrack) -> Bool { left.shape == right.shape }

  public func hash(into hasher: inout Hasher) { hasher.combine(shape) }

  private var shape: SIMD3<Double> { SIMD3(depthMetres, radiusMetres, volumeChangeCubicMetres) }
}
