import Foundation

/// Protection against spreadsheets that execute fields as formulas: fields that begin with `=`, `+`, `-`,
/// `@`, a tab or a line break, also after blanks or in full width. A leading `'` makes them text. Numbers are
/// unchanged.
package enum SpreadsheetText {
  /// The field as written to a file; unchanged if it needs no `'`.
  package static func defused(_ field: String) -> String {
    // Also added to fields that look already protected, so that reading restores what was written.
    isFormula(field.drop { $0 == "'" }) ? "'" + field : field
  }

  /// The original of a field written by ``defused(_:)``.
  package static func restored(_ field: String) -> String {
    guard field.utf8.first == UInt8(ascii: "'"), isFormula(field.drop { $0 == "'" }) else { return field }
    return String(field.unicodeScalars.dropFirst())
  }

  private static func isFormula(_ text: Substring) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    // Fast path: most fields begin with a letter or a digit.
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
