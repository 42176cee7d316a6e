/// Degrees of longitude. Two that differ by whole turns of 360° are one place.
public enum Longitude {
  /// The same longitude within −180…180; one that lies there already stays as it is, to the last bit.
  public static func normalized(_ degrees: Double) -> Double {
    guard degrees.isFinite, abs(degrees) > 180 else { return degrees }
    return rounded(degrees.remainder(dividingBy: 360))
  }

  /// The equal longitude that is nearest to another one; exactly the given one where no turn is needed.
  public static func unwrapped(_ degrees: Double, near reference: Double) -> Double {
    let turns = ((reference - degrees) / 360).rounded()
    guard turns != 0, turns.isFinite else { return degrees }
    return degrees + turns * 360
  }

  /// Degrees between two longitudes the short way round, 0…180.
  public static func distance(_ one: Double, _ other: Double) -> Double {
    abs((one - other).remainder(dividingBy: 360))
  }

  /// To a billionth of a degree, a tenth of a millimetre on the ground: a turn leaves binary rounding behind, without
  /// which 268.7 and −91.3 are one number.
  static func rounded(_ degrees: Double) -> Double { (degrees * 1e9).rounded() / 1e9 }
}
