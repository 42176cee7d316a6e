/// State and unit of each interferogram, by its number; four bytes each, for plans of any length.
struct OpenInterferograms: Sendable {
  enum Place: Equatable {
    /// It already had an outcome when this coordinator started, or is not in the plan.
    case unknown
    /// It has no outcome and is in the unit of this slot.
    case open(Int32)
    /// It has an outcome and was in the unit of this slot.
    case decided(Int32)
  }

  /// 0 is unknown, a slot's number + 1 open, its negative decided.
  private var codes: [Int32] = []

  subscript(number: InterferogramNumber) -> Place {
    get {
      guard codes.indices.contains(number), codes[number] != 0 else { return .unknown }
      return codes[number] > 0 ? .open(codes[number] - 1) : .decided(-codes[number] - 1)
    }
    set {
      precondition(number >= 0, "an interferogram's number is not negative")
      if number >= codes.count {
        codes.append(contentsOf: repeatElement(0, count: max(number + 1, 2 * codes.count) - codes.count))
      }
      codes[number] =
        switch newValue {
        case .unknown: 0
        case .open(let slot): slot + 1
        case .decided(let slot): -slot - 1
        }
    }
  }

  /// Every open interferogram with its unit's slot.
  var open: [(number: InterferogramNumber, slot: Int32)] {
    codes.enumerated().compactMap { $1 > 0 ? ($0, $1 - 1) : nil }
  }
}
