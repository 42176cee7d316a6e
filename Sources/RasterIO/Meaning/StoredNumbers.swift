import Names

/// Conversion of stored numbers to values: value = (stored · scale + offset) · unit factor, or no data if the
/// stored number is a declared no-data value.
package struct StoredNumbers: Hashable, Sendable {
  /// Factor on the stored number.
  package var scale = 1.0
  /// Added after the scale, in the file's unit.
  package var offset = 0.0
  /// Factor from the file's unit to the unit of the quantity.
  package var unitFactor = 1.0
  /// Stored numbers that mean no data, besides NaN.
  package var noData: [Double] = []

  package init() {}

  /// Whether values equal the stored numbers.
  package var isIdentity: Bool { scale == 1 && offset == 0 && unitFactor == 1 }

  /// Whether there is a scale or an offset.
  package var isScaled: Bool { scale != 1 || offset != 0 }

  /// The value of a stored number; NaN for no data.
  package func value(of stored: Double) -> Double {
    noData.contains(stored) ? .nan : (stored * scale + offset) * unitFactor
  }
}

/// Collects the attributes or tags of a band or dataset that determine the meaning of its numbers.
struct StoredNumbersReader {
  /// Why the numbers cannot be used: the attribute or tag, and the remedy.
  struct Fault: Error {
    var name: String
    var problem: String
  }

  private(set) var numbers = StoredNumbers()
  /// Name of the unit; empty if there is none.
  private(set) var unit = ""
  let quantity: Quantity

  init(_ quantity: Quantity) { self.quantity = quantity }

  /// Supported names, in lower case.
  static let scales: Set<String> = ["scale_factor", "scale", "scalefactor"]
  static let offsets: Set<String> = ["add_offset", "offset", "addoffset"]
  static let noDataNames: Set<String> = [
    "_fillvalue", "missing_value", "fill_value", "fillvalue", "no_data_value", "nodata_value", "nodata",
    "nodatavalue",
  ]
  static let units: Set<String> = ["unit", "units", "unittype"]
  /// Names that restrict or recode numbers in ways that are not supported.
  static let refused: Set<String> = [
    "valid_range", "valid_min", "valid_max", "flag_values", "flag_masks", "scale_type", "log10", "complex_band",
  ]

  /// Whether an item of this name affects the meaning of numbers.
  static func isKnown(_ name: String) -> Bool {
    let name = name.lowercased()
    return [scales, offsets, noDataNames, units, refused].contains { $0.contains(name) }
  }

  /// Applies an attribute or metadata item; unknown names are ignored.
  mutating func take(_ name: String, _ text: String) throws(Fault) {
    let key = name.lowercased()
    if Self.scales.contains(key) {
      try setScale(try Self.number(name, text), name)
    } else if Self.offsets.contains(key) {
      try setOffset(try Self.number(name, text), name)
    } else if Self.noDataNames.contains(key) {
      try addNoData(name, text)
    } else if Self.units.contains(key) {
      try setUnit(name, text)
    } else if Self.refused.contains(key), !text.trimming({ $0.isWhitespace }).isEmpty {
      throw Fault(
        name: name,
        problem: "is “\(VisibleText.line(text, limit: 40))”, which is not applied; write plain values and remove it"
      )
    }
  }

  mutating func setScale(_ scale: Double, _ name: String) throws(Fault) {
    guard scale.isFinite, scale != 0 else {
      throw Fault(name: name, problem: "is \(scale), expected a number other than 0")
    }
    guard scale != 1 else { return }
    guard numbers.scale == 1 || numbers.scale == scale else {
      throw Fault(name: name, problem: "is \(scale), another scale is \(numbers.scale); remove the wrong one")
    }
    numbers.scale = scale
  }

  mutating func setOffset(_ offset: Double, _ name: String) throws(Fault) {
    guard offset.isFinite else { throw Fault(name: name, problem: "is \(offset), expected a number") }
    guard offset != 0 else { return }
    guard numbers.offset == 0 || numbers.offset == offset else {
      throw Fault(name: name, problem: "is \(offset), another offset is \(numbers.offset); remove the wrong one")
    }
    numbers.offset = offset
  }

  mutating func setUnit(_ name: String, _ text: String) throws(Fault) {
    guard let factor = quantity.factor(ofUnit: text) else {
      let expected =
        switch quantity {
        case .phase: "radians or degrees"
        case .coherence: "0 to 1 or percent"
        case .length: "metres"
        }
      throw Fault(
        name: name,
        problem: "is “\(VisibleText.line(text, limit: 40))”, expected \(expected); convert the values first")
    }
    guard !Quantity.isBlank(unit: text) else { return }
    guard unit.isEmpty || numbers.unitFactor == factor else {
      throw Fault(
        name: name,
        problem:
          "is “\(VisibleText.line(text, limit: 40))”, another unit is “\(VisibleText.line(unit, limit: 40))”; remove the wrong one"
      )
    }
    unit = text
    numbers.unitFactor = factor
  }

  mutating func addNoData(_ name: String, _ text: String) throws(Fault) {
    switch NoDataText(text) {
    case .absent: break
    case .values(let values): for value in values { addNoData(value) }
    case .unreadable:
      throw Fault(name: name, problem: "is “\(VisibleText.line(text, limit: 40))”, expected a number, nan or none")
    }
  }

  mutating func addNoData(_ value: Double) {
    if !value.isNaN, !numbers.noData.contains(value) { numbers.noData.append(value) }
  }

  private static func number(_ name: String, _ text: String) throws(Fault) -> Double {
    let plain = text.trimming { $0.isWhitespace || "\"'[]".contains($0) }
    guard let number = Double(plain) else {
      throw Fault(name: name, problem: "is “\(VisibleText.line(text, limit: 40))”, expected a number")
    }
    return number
  }
}
