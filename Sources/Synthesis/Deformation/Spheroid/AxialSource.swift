/// A point on the focal line of a spheroid: a centre of dilatation and a double force along the line, both as
/// seismic moments divided by the shear modulus.
struct AxialSource: Sendable {
  /// Position on the line, from its centre.
  let position: Double
  let dilatation: Double
  let doubleForce: Double

  /// Nodes of a Gauss rule that together have the external field of a spheroid.
  ///
  /// A cavity is equivalent to a uniform moment density in its volume (Eshelby 1957). The effect of a moment
  /// on a point of the surface is a biharmonic function f of the moment's position, and the mean of a
  /// biharmonic function over a prolate spheroid with foci at ±c and semi-minor axis b is
  ///
  ///     ∫ 3 (c² − ξ²) / (4 c³) f dξ + b²/10 ∫ 15 (c² − ξ²)² / (16 c⁵) ∇²f dξ
  ///
  /// (both sides agree for exponentials, term by term in powers of b²). For a centre of dilatation ∇²f
  /// vanishes; for a double force along ξ it is −1 / (1 − 2ν) times the second derivative along ξ of the f of
  /// the dilatation, which is integrated by parts.
  static func line(
    semiMajor: Double, semiMinor: Double, volumeChange: Double, poissonRatio: Double
  ) -> [AxialSource] {
    let focus = (semiMajor * semiMajor - semiMinor * semiMinor).squareRoot()
    let moments = SpheroidMoments(aspect: semiMajor / semiMinor, poissonRatio: poissonRatio)
    let across = moments.across * volumeChange
    let excess = (moments.along - moments.across) * volumeChange
    let rule = GaussRule(count: 16, from: -1, to: 1)
    return zip(rule.nodes, rule.weights).map { node, weight in
      let square = node * node
      let parabola = 0.75 * (1 - square) * weight
      let bent = 15.0 / 16 * (12 * square - 4) * weight / (focus * focus)
      return AxialSource(
        position: node * focus,
        dilatation: across * parabola - semiMinor * semiMinor / 10 * excess / (1 - 2 * poissonRatio) * bent,
        doubleForce: excess * parabola)
    }
  }
}
