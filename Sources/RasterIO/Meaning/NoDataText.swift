/// Text of a no-data attribute, in the forms that programs write: MintPy writes Python's `None` as `none`,
/// others add quotes, lists or brackets.
enum NoDataText: Hashable {
  /// No value is declared, as if the attribute were missing.
  case absent
  /// These stored numbers mean no data.
  case values([Double])
  case unreadable

  init(_ text: String) {
    let inner = text.trimming { $0.isWhitespace || "\"'[](){}".contains($0) }
    let words = inner.split { $0.isWhitespace || ",;".contains($0) }
      .map { $0.trimmingQuotes.lowercased() }.filter { !$0.isEmpty }
    var values: [Double] = []
    for word in words where !Self.blanks.contains(word) {
      guard let value = Self.number(word) else {
        self = .unreadable
        return
      }
      values.append(value)
    }
    self = values.isEmpty ? .absent : .values(values)
  }

  private static let blanks: Set<String> = ["none", "null", "no", "n/a", "na", "unset"]

  private static func number(_ word: String) -> Double? {
    var digits = Substring(word)
    for prefix in ["np.", "numpy.", "math."] where digits.hasPrefix(prefix) {
      digits = digits.dropFirst(prefix.count)
    }
    return Double(digits)
  }
}

extension Substring {
  fileprivate var trimmingQuotes: String { String(self).trimming { "\"'[](){}".contains($0) } }
}
