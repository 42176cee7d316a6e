import Names

/// How the numbers that a file stores become values: value = (stored · scale + offset) · unit factor, and no data where the
/// stored number is one of the declared ones.
package struct StoredNumbers: Hashable, Sendable {
  package var scale = 1.0
  package var offset = 0.0
  /// Values of the quantity for one of the file's unit.
  package var unitFactor = 1.0
  /// Stored numbers that mean no data, beside NaN.
  package var noData: [Double] = []

  package init() {}

  /// Whether stored numbers are values as they are.
  package var isIdentity: Bool { scale == 1 && offset == 0 && unitFactor == 1 }

  /// Whether a scale or an offset is applied.
  package var isScaled: Bool { scale != 1 || offset != 0 }

  /// The value of a stored number; NaN for no data.
  package func value(of stored: Double) -> Double {
    noData.contains(stored) ? .nan : (stored * scale + offset) * unitFactor
  }
}

/// Collects what the attributes or tags of one band or dataset say of its numbers.
struct StoredNumbersReader {
  /// Why numbers must not be used: the attribute or tag, and what to do.
  struct Fault: Error {
    var name: String
    var problem: String
  }

  private(set) var numbers = StoredNumbers()
  /// The unit's name, where one is given.
  private(set) var unit = ""
  let quantity: Quantity

  init(_ quantity: Quantity) { self.quantity = quantity }

  /// Names, in lower case, of what is read; ``take(_:_:)`` knows no others.
  static let scales: Set<String> = ["scale_factor", "scale", "scalefactor"]
  static let offsets: Set<String> = ["add_offset", "offset", "addoffset"]
  static let noDataNames: Set<String> = [
    "_fillvalue", "missing_value", "fill_value", "fillvalue", "no_data_value", "nodata_value", "nodata",
    "nodatavalue",
  ]
  static let units: Set<String> = ["unit", "units", "unittype"]
  /// What limits or recodes numbers in ways that are not applied.
  static let refused: Set<String> = [
    "valid_range", "valid_min", "valid_max", "flag_values", "flag_masks", "scale_type", "log10", "complex_band",
  ]

  /// Whether an item of this name says anything about numbers.
  static func isKnown(_ name: String) -> Bool {
    let name = name.lowercased()
    return [scales, offsets, noDataNames, units, refused].contains { $0.contains(name) }
  }

  /// Takes an attribute or metadata item; names that say nothing of numbers are passed over.
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
