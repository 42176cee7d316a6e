extension MogiSource {
  /// Depth and volume change; see ``DeformationSource``.
  public var parameters: [SourceParameter] {
    [SourceParameter("depth_m", depthMetres), SourceParameter("volume_m3", volumeChangeCubicMetres)]
  }

  /// The source with its volume change multiplied by a factor.
  public func scaled(by factor: Double) -> MogiSource {
    MogiSource(
      depthMetres: depthMetres, volumeChangeCubicMetres: volumeChangeCubicMetres * factor,
      poissonRatio: poissonRatio)
  }
}

extension RectangularDislocation {
  /// Geometry, slip and opening; see ``DeformationSource``.
  public var parameters: [SourceParameter] {
    [
      SourceParameter("depth_m", depthMetres), SourceParameter("length_m", lengthMetres),
      SourceParameter("width_m", widthMetres), SourceParameter("strike_deg", strikeDegrees),
      SourceParameter("dip_deg", dipDegrees), SourceParameter("strike_slip_m", strikeSlipMetres),
      SourceParameter("dip_slip_m", dipSlipMetres), SourceParameter("opening_m", openingMetres),
    ]
  }

  /// The dislocation with slip and opening multiplied by a factor.
  public func scaled(by factor: Double) -> RectangularDislocation {
    RectangularDislocation(
      depthMetres: depthMetres, lengthMetres: lengthMetres, widthMetres: widthMetres, strikeDegrees: strikeDegrees,
      dipDegrees: dipDegrees, strikeSlipMetres: strikeSlipMetres * factor, dipSlipMetres: dipSlipMetres * factor,
      openingMetres: openingMetres * factor, poissonRatio: poissonRatio)
  }
}

extension PennyShapedCrack {
  /// Depth, radius and volume change; see ``DeformationSource``.
  public var parameters: [SourceParameter] {
    [
      SourceParameter("depth_m", depthMetres), SourceParameter("radius_m", radiusMetres),
      SourceParameter("volume_m3", volumeChangeCubicMetres),
    ]
  }

  /// The crack with its volume change multiplied by a factor.
  public func scaled(by factor: Double) -> PennyShapedCrack {
    PennyShapedCrack(
      depthMetres: depthMetres, radiusMetres: radiusMetres,
      volumeChangeCubicMetres: volumeChangeCubicMetres * factor)
  }
}

extension ProlateSpheroid {
  /// Geometry and volume change; see ``DeformationSource``.
  public var parameters: [SourceParameter] {
    [
      SourceParameter("depth_m", depthMetres), SourceParameter("semi_major_m", semiMajorMetres),
      SourceParameter("semi_minor_m", semiMinorMetres), SourceParameter("trend_deg", trendDegrees),
      SourceParameter("plunge_deg", plungeDegrees), SourceParameter("volume_m3", volumeChangeCubicMetres),
    ]
  }

  /// The spheroid with its volume change multiplied by a factor.
  public func scaled(by factor: Double) -> ProlateSpheroid {
    ProlateSpheroid(
      depthMetres: depthMetres, semiMajorMetres: semiMajorMetres, semiMinorMetres: semiMinorMetres,
      trendDegrees: trendDegrees, plungeDegrees: plungeDegrees,
      volumeChangeCubicMetres: volumeChangeCubicMetres * factor, poissonRatio: poissonRatio)
  }
}
