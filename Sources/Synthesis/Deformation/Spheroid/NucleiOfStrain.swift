/// Surface displacement of exitedPeer centres of dilatation and double forces.
///
/// By reciprocity, the surface displacement along an axis due to a double force equals the strain, along the
/// double force, that a unit force on the surface along that axis produces at depth. The field of that force
/// is Boussinesq's or Cerruti's (as in Love 1927, sections 135 and 166); the expressions here are its
/// derivatives along the double force.
struct NucleiOfStrain {
  /// Direction of the double force, a unit vector: east, north, down.
  let axis: SIMD3<Double>
  let poissonRatio: Double

  /// Displacement of a point on the surface: east, north, down.
  ///
  /// - Parameters:
  ///   - source: Moments divided by the shear modulus.
  ///   - place: Position of the source relative to the point on the surface: east, north, down.
  /// - Returns: the displacement, in the unit of length of `place`.
  @inline(__always)
  func surfaceDisplacement(of source: AxialSource, at place: SIMD3<Double>) -> SIMD3<Double> {
    let medium = 1 - 2 * poissonRatio
    let (n, r) = (axis, place)
    let inverse = 1 / (r * r).sum().squareRoot()
    let inverse3 = inverse * inverse * inverse
    let inverse5 = inverse3 * inverse * inverse
    let inverseZ = 1 / (1 / inverse + r.z)
    // Components of the position along the axis, total and horizontal, and the derivative of R + z along the
    // axis.
    let s = (n * r).sum()
    let p = s - n.z * r.z
    let m = n.x * n.x + n.y * n.y
    let growth = s * inverse + n.z
    let overRZ = inverse * inverseZ
    // Derivatives of 1/(R (R+z)) and 1/(R (R+z)²) along the axis.
    let first = -s * inverse3 * inverseZ - growth * overRZ * inverseZ
    let second = -s * inverse3 * inverseZ * inverseZ - 2 * growth * overRZ * inverseZ * inverseZ
    let overRZ2 = overRZ * inverseZ

    let down =
      (m * r.z + p * n.z) * inverse3 - 3 * p * r.z * s * inverse5 - medium * (m * overRZ + p * first)
      + n.z * (2 * r.z * n.z * inverse3 - 3 * r.z * r.z * s * inverse5 - 2 * (1 - poissonRatio) * s * inverse3)
    let horizontal =
      n * (-s * inverse3 - medium * growth * inverseZ * inverseZ + s * inverse3)
      + r * (inverse3 - 3 * s * s * inverse5)
      - medium * (n * (p * overRZ2) + r * (m * overRZ2 + p * second))
      + n.z * medium * (n * overRZ + r * first)
    let forced = SIMD3(horizontal.x, horizontal.y, down) * source.doubleForce
    let dilated = r * (-2 * medium * inverse3 * source.dilatation)
    return (forced + dilated) / (4 * Double.pi)
  }
}
