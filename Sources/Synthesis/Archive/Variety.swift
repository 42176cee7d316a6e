import Foundation

/// What the volcanoes of an archive have beyond steadily growing spheres under turbulent air.
public struct Variety: Hashable, Sendable {
  /// The families that deforming volcanoes take turns at; at least one.
  public var sources: [SourceFamily]
  /// The share, 0…1, of deforming volcanoes that deform for a while only.
  public var transientShare: Double
  /// What the volcanoes look like; `nil` for cones of all kinds, as the plain archive has.
  public var form: VolcanoForm?
  /// Files with heights that the volcanoes take turns at; none for invented ground.
  public var elevationFiles: [String]
  public var air: AirModel
  /// The share, 0…1, of acquisitions with an orbital ramp, a missing swath, debursting or sub-swath errors.
  public var faultShare: Double
  /// Whether high ground lies under snow that comes and goes.
  public var hasSnow: Bool
  /// Independent looks of the multilook law that phase noise follows; `nil` for the plain archive's faster noise.
  public var looks: Int?

  public init(
    sources: [SourceFamily] = [.mogi], transientShare: Double = 0, form: VolcanoForm? = nil,
    elevationFiles: [String] = [], air: AirModel = .powerLaw, faultShare: Double = 0, hasSnow: Bool = false,
    looks: Int? = nil
  ) {
    self.sources = sources.isEmpty ? [.mogi] : sources
    self.transientShare = transientShare
    self.form = form
    self.elevationFiles = elevationFiles
    self.air = air
    self.faultShare = faultShare
    self.hasSnow = hasSnow
    self.looks = looks
  }

  /// Steadily growing spheres under turbulent air on invented ground.
  public static let plain = Variety()
}

/// How turbulent air is correlated.
public enum AirModel: Hashable, Sendable {
  /// Power-law spectrum with the exponents of turbulence.
  case powerLaw
  /// Covariance e^(−distance / length).
  case exponential(lengthMetres: Double)
}
