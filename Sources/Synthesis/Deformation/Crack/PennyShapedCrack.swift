import Foundation

/// A horizontal circular crack under uniform pressure, a sill or a shallow reservoir, with the free surface's
/// effect on the crack (Fialko, Khazan and Simons 2001, Geophys. J. Int. 146, 181–190).
///
/// The crack is a distribution of opening and of radial slip that frees it of shear; ``CrackDensities`` are
/// found from a pair of Fredholm equations and the surface's displacement follows in closed form.
public struct PennyShapedCrack: DeformationSource, Hashable {
  public static let kind = "crack"

  /// The smallest depth over radius for which the equations are solved to a per mille.
  public static let leastDepthOverRadius = 0.2

  /// Depth of the crack, metres.
  public let depthMetres: Double
  /// Radius of the crack, metres; at most the depth over ``leastDepthOverRadius``.
  public let radiusMetres: Double
  /// Volume that opens, cubic metres; negative closes. Unlike the pressure it needs no elastic moduli.
  public let volumeChangeCubicMetres: Double
  private let densities: CrackDensities

  public init(depthMetres: Double, radiusMetres: Double, volumeChangeCubicMetres: Double) {
    precondition(depthMetres > 0 && radiusMetres > 0, "a crack lies below the surface and has an area")
    precondition(depthMetres >= radiusMetres * Self.leastDepthOverRadius, "the crack is too shallow for its radius")
    self.depthMetres = depthMetres
    self.radiusMetres = radiusMetres
    self.volumeChangeCubicMetres = volumeChangeCubicMetres
    densities = CrackDensities(depthOverRadius: depthMetres / radiusMetres)
  }

  /// The pressure over the shear modulus that opens this volume.
  /// - Parameter poissonRatio: of the half-space.
  /// - Returns: a number without a unit; negative where the crack closes.
  public func pressureOverShearModulus(poissonRatio: Double) -> Double {
    // The densities belong to a pressure of μ / (2 (1 − ν)).
    volumeChangeCubicMetres / (radiusMetres * radiusMetres * radiusMetres * densities.volume)
      / (2 * (1 - poissonRatio))
  }

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
