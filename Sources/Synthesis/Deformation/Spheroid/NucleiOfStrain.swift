/// What centres of dilatation and double forces below the ground do to its surface.
///
/// By reciprocity a double force moves the surface along an axis by the strain, along the double force, that a unit
/// force on the surface along that axis makes at depth; that force's field is Boussinesq's or Cerruti's (as in Love
/// 1927, sections 135 and 166). The expressions here are its derivatives along the double force.
struct NucleiOfStrain {
  /// Direction of the double force, a unit vector: east, north, down.
  let axis: SIMD3<Double>
  let poissonRatio: Double

  /// The displacement of a place of the surface: east, north, down.
  /// - Parameters:
  ///   - source: the moments over the shear modulus.
  ///   - place: where the source is, seen from the place of the surface: east, north, down.
  /// - Returns: in the unit of length of the place.
  @inline(__always)
  func surfaceDisplacement(of source: AxialSource, at place: SIMD3<Double>) -> SIMD3<Double> {
    let medium = 1 - 2 * poissonRatio
    let (n, r) = (axis, place)
    let inverse = 1 / (r * r).sum().squareRoot()
    let inverse3 = inverse * inverse * inverse
    let inverse5 = inverse3 * inverse * inverse
    let inverseZ = 1 / (1 / inverse + r.z)
    // The parts of the place along the axis, whole and horizontal, and how R + z grows along it.
    let s = (n * r).sum()
    let p = s - n.z * r.z
    let m = n.x * n.x + n.y * n.y
    let growth = s * inverse + n.z
    let overRZ = inverse * inverseZ
    // d(1/(R (R+z))) and d(1/(R (R+z)²)) along the axis.
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
