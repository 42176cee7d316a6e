/// Numbers as written by people and spreadsheet programs.
package enum NumberText {
  /// Parses a number with a decimal point or a decimal comma, with optional white space and typographic minus
  /// signs. `nil` for anything else, for values that are not finite, and for numbers with both a point and a
  /// comma, whose meaning depends on the country.
  package static func number(_ text: some StringProtocol) -> Double? {
    var plain = text.trimmingWhitespace.replacing("\u{2212}", with: "-").replacing("\u{2013}", with: "-")
    let commas = plain.count { $0 == "," }
    guard commas <= 1, commas == 0 || !plain.contains(".") else { return nil }
    plain = plain.replacing(",", with: ".")
    // Swift also accepts hexadecimal numbers, which do not occur in tables.
    guard plain.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }), let number = Double(plain),
      number.isFinite
    else { return nil }
    return number
  }

  /// Parses an integer, also with `.0` appended by a spreadsheet program.
  package static func whole(_ text: some StringProtocol) -> Int? {
    let plain = text.trimmingWhitespace
    if let number = Int(plain) { return number }
    guard let number = number(plain), number == number.rounded(), abs(number) < 9e15 else { return nil }
    return Int(number)
  }

  /// Parses `1`, `0`, `TRUE` or `FALSE`.
  package static func flag(_ text: some StringProtocol) -> Bool? {
    switch text.trimmingWhitespace.lowercased() {
    case "true": true
    case "false": false
    default: whole(text).map { $0 != 0 }
    }
  }
}
