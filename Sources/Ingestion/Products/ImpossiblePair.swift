import Interferometry

/// Names that look like a pair of dates of which a day does not exist, such as 20230229: a slip in a name must not make
/// an interferogram vanish.
enum ImpossiblePair {
  /// Whether a folder's or a product's name has eight digits, `_` and eight digits where a pair's dates stand, but no
  /// pair.
  static func isNamed(by name: String) -> Bool {
    guard let dates = dates(in: name) else { return false }
    return DatePair(dates) == nil
  }

  /// What is wrong with it.
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
