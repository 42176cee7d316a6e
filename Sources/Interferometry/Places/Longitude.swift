/// Operations on longitudes in degrees, which are equal modulo 360°.
public enum Longitude {
  /// The longitude in −180…180; a value in this range is returned unchanged.
  public static func normalized(_ degrees: Double) -> Double {
    guard degrees.isFinite, abs(degrees) > 180 else { return degrees }
    return rounded(degrees.remainder(dividingBy: 360))
  }

  /// The equivalent longitude nearest to a reference; returned unchanged if no shift is needed.
  public static func unwrapped(_ degrees: Double, near reference: Double) -> Double {
    let turns = ((reference - degrees) / 360).rounded()
    guard turns != 0, turns.isFinite else { return degrees }
    return degrees + turns * 360
  }

  /// Shortest distance between two longitudes, 0…180 degrees.
  public static func distance(_ one: Double, _ other: Double) -> Double {
    abs((one - other).remainder(dividingBy: 360))
  }

  /// Rounded to 10⁻⁹ degrees, 0.1 mm on the ground, so that 268.7 and −91.3 become the same number despite
  /// binary rounding.
  static func rounded(_ degrees: Double) -> Double { (degrees * 1e9).rounded() / 1e9 }
}
