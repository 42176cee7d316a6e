import Foundation

/// Fields of comma-separated values that a spreadsheet would run as formulas: those that begin with `=`, `+`, `-`, `@`, a
/// tab or a line break, also behind blanks or in full width. A `'` in front makes them text. Numbers stay numbers.
package enum SpreadsheetText {
  /// The field as it is written. What needed no `'` is unchanged.
  package static func defused(_ field: String) -> String {
    // Also in front of what looks like a defused field, so that reading gives back what was written.
    isFormula(field.drop { $0 == "'" }) ? "'" + field : field
  }

  /// What was written as ``defused(_:)``.
  package static func restored(_ field: String) -> String {
    guard field.utf8.first == UInt8(ascii: "'"), isFormula(field.drop { $0 == "'" }) else { return field }
    return String(field.unicodeScalars.dropFirst())
  }

  private static func isFormula(_ text: Substring) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    // Most fields begin with a letter or a digit.
    if first.value >= 0x30, first.value < 0x3D || first.value > 0x40, first.value < 0x7F { return false }
    guard let start = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return false }
    if first == "\t" || first == "\r" || first == "\n" { return true }
    guard "=+-@＝＋－＠".unicodeScalars.contains(start) else { return false }
    return !isNumber(text.trimmingWhitespace)
  }

  private static func isNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) } && Double(text) != nil
  }
}
