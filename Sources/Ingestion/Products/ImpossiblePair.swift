import Interferometry

/// Names that look like a pair of dates but contain an impossible day, such as 20230229. They are reported,
/// so that a typing error in a name does not make an interferogram disappear.
enum ImpossiblePair {
  /// Whether a name has eight digits, `_` and eight digits in place of a pair's dates, but is not a pair.
  static func isNamed(by name: String) -> Bool {
    guard let dates = dates(in: name) else { return false }
    return DatePair(dates) == nil
  }

  /// Description of the problem for the user.
  static func problem(of name: String) -> String {
    let wrong = (dates(in: name) ?? "").split(separator: "_").filter { AcquisitionDate($0) == nil }
    return "is not a pair of dates: there is no day \(wrong.joined(separator: " and no day ")); correct its name"
  }

  private static func dates(in name: String) -> Substring? {
    let stem: Substring
    if let end = name.range(of: ".geo.")?.lowerBound {
      guard ProductSearch.endings.contains(where: { name.hasSuffix(".\($0)") }) else { return nil }
      stem = name[..<end].suffix(17)
      guard name[..<end].dropLast(17).last ?? "_" == "_" else { return nil }
    } else {
      stem = name[...]
    }
    let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2,
      parts.allSatisfy({ $0.utf8.count == 8 && $0.utf8.allSatisfy { (48...57).contains($0) } })
    else { return nil }
    return stem
  }
}
