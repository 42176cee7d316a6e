/// Quantity of a dataset or band, which determines the units that are accepted.
package enum Quantity: String, Sendable {
  /// Wrapped phase, radians.
  case phase
  /// Coherence, 0…1.
  case coherence
  /// Heights, displacements and baselines, metres.
  case length

  /// Factor that converts from a unit.
  ///
  /// - Parameter unit: Name of the unit in any spelling; blank and `1` mean no unit.
  /// - Returns: the factor; `nil` for an unknown unit or one of another quantity, whose numbers must not be
  ///   used.
  package func factor(ofUnit unit: String) -> Double? {
    let name = Self.plain(unit)
    if Self.blanks.contains(name) { return 1 }
    switch self {
    case .phase:
      switch name {
      case "rad", "rads", "radian", "radians", "wrapped radian", "wrapped radians": return 1
      case "deg", "degs", "degree", "degrees", "°": return .pi / 180
      case "cycle", "cycles", "turn", "turns", "fringe", "fringes": return 2 * .pi
      case "mrad", "milliradian", "milliradians": return 0.001
      default: return nil
      }
    case .coherence:
      switch name {
      case "coherence", "correlation", "ratio", "fraction": return 1
      case "%", "percent", "per cent", "pct": return 0.01
      default: return nil
      }
    case .length:
      switch name {
      case "m", "metre", "metres", "meter", "meters": return 1
      case "cm", "centimetre", "centimetres", "centimeter", "centimeters": return 0.01
      case "mm", "millimetre", "millimetres", "millimeter", "millimeters": return 0.001
      case "km", "kilometre", "kilometres", "kilometer", "kilometers": return 1000
      case "ft", "foot", "feet", "international foot": return 0.3048
      case "us survey foot", "us survey feet", "ftus", "us-ft", "foot_us": return 1200 / 3937
      default: return nil
      }
    }
  }

  /// Whether a text names no unit.
  static func isBlank(unit: String) -> Bool { blanks.contains(plain(unit)) }

  private static let blanks: Set<String> = [
    "", "none", "null", "1", "-", "unitless", "dimensionless", "no unit", "unknown", "n/a", "na",
  ]

  private static func plain(_ unit: String) -> String {
    unit.trimming { $0.isWhitespace || "\"'[]()".contains($0) }.lowercased()
  }
}

extension String {
  func trimming(_ isTrimmed: (Character) -> Bool) -> String {
    let front = drop(while: isTrimmed)
    guard let last = front.lastIndex(where: { !isTrimmed($0) }) else { return "" }
    return String(front[...last])
  }
}
