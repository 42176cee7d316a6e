import Foundation

/// Variations of an archive beyond steadily inflating Mogi sources with turbulent delay.
public struct Variety: Hashable, Sendable {
  /// Source families of the deforming volcanoes, used in turn; at least one.
  public var sources: [SourceFamily]
  /// Fraction of the deforming volcanoes, 0…1, whose deformation is transient.
  public var transientFraction: Double
  /// Shape of the volcanoes; `nil` for cones of random shape.
  public var form: VolcanoForm?
  /// DEM files for the volcanoes, used in turn; empty for synthetic terrain.
  public var elevationFiles: [String]
  /// Spatial correlation of the turbulent delay.
  public var atmosphere: AtmosphereModel
  /// Fraction of the acquisitions, 0…1, with an orbital ramp, a missing swath, or debursting or sub-swath
  /// errors.
  public var faultFraction: Double
  /// Whether high ground has snow, with a snow line that changes between acquisitions.
  public var hasSnow: Bool
  /// Number of looks of the multilook distribution from which phase noise is drawn; `nil` for the faster
  /// approximation in ``PhaseNoise``.
  public var looks: Int?

  public init(
    sources: [SourceFamily] = [.mogi], transientFraction: Double = 0, form: VolcanoForm? = nil,
    elevationFiles: [String] = [], atmosphere: AtmosphereModel = .powerLaw, faultFraction: Double = 0,
    hasSnow: Bool = false,
    looks: Int? = nil
  ) {
    self.sources = sources.isEmpty ? [.mogi] : sources
    self.transientFraction = transientFraction
    self.form = form
    self.elevationFiles = elevationFiles
    self.atmosphere = atmosphere
    self.faultFraction = faultFraction
    self.hasSnow = hasSnow
    self.looks = looks
  }

  /// Steadily inflating Mogi sources, turbulent delay, synthetic terrain.
  public static let plain = Variety()
}

/// Spatial correlation of the turbulent delay.
public enum AtmosphereModel: Hashable, Sendable {
  /// Power-law spectrum with the exponents of turbulence.
  case powerLaw
  /// Covariance e^(−distance / length).
  case exponential(lengthMetres: Double)
}
