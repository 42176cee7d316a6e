/// Makes text from outside (a file, a worker, a library, a person) safe to display: nothing in it moves the
/// cursor, starts a line, changes the reading direction or is invisible. Such code points become escapes, such as
/// `\n` or `\u{1B}`.
///
/// Escaping is idempotent, so text may pass through several of these functions.
public enum VisibleText {
  /// Default limit for one piece of text, code points.
  public static let usualLimit = 1000

  /// One line: control, format, line-separating, private-use, unassigned and default-ignorable code points
  /// are escaped; text longer than `limit` code points is cut and ends with `…`.
  public static func line(_ text: some StringProtocol, limit: Int = usualLimit) -> String {
    escaped(text, limit: limit) { _ in false }
  }

  /// Text with line feeds of volcsweep that contains text from outside: as ``line(_:limit:)``, but line feeds
  /// are kept.
  public static func lines(_ text: some StringProtocol, limit: Int = .max) -> String {
    escaped(text, limit: limit) { $0 == "\n" }
  }

  /// Text written by people, such as a caption: line feeds, tabs and the joiners that scripts need are kept.
  public static func paragraph(_ text: some StringProtocol) -> String {
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    return escaped(lines.count > 1 ? lines.joined(separator: "\n") : String(text), limit: .max) {
      $0 == "\n" || $0 == "\t" || $0 == "\u{200C}" || $0 == "\u{200D}" || isVariationSelector($0)
    }
  }

  /// JSON with every invisible code point replaced by a JSON escape, so that the decoded values are
  /// unchanged.
  ///
  /// - Parameter document: JSON from an encoder.
  /// - Returns: the document with visible characters and line feeds only.
  public static func json(_ document: String) -> String {
    guard document.unicodeScalars.contains(where: { $0 != "\n" && isHidden($0) }) else { return document }
    var shown = String.UnicodeScalarView()
    for scalar in document.unicodeScalars {
      guard scalar != "\n", isHidden(scalar) else {
        shown.append(scalar)
        continue
      }
      for unit in String(scalar).utf16 {
        shown.append(contentsOf: "\\u\(hexadecimal(UInt32(unit), digits: 4))".unicodeScalars)
      }
    }
    return String(shown)
  }

  /// Whether a code point is escaped.
  public static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value < 0x20 }
    if scalar.value < 0xA0 { return true }
    // Fast path for most letters.
    if scalar.value != 0xAD, scalar.value < 0x300 { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
    default: return scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  private static func isVariationSelector(_ scalar: Unicode.Scalar) -> Bool {
    (0xFE00...0xFE0F).contains(scalar.value)
  }

  private static func escaped(
    _ text: some StringProtocol, limit: Int, staying: (Unicode.Scalar) -> Bool
  ) -> String {
    let scalars = text.unicodeScalars
    // Fast path: nearly all text needs no change.
    if !scalars.contains(where: { isHidden($0) && !staying($0) }), limit == .max || scalars.count <= limit {
      return String(text)
    }
    var shown = String.UnicodeScalarView()
    var count = 0
    for scalar in scalars {
      guard count < limit else {
        shown.append("…")
        break
      }
      count += 1
      if !isHidden(scalar) || staying(scalar) {
        shown.append(scalar)
      } else {
        shown.append(contentsOf: escape(scalar).unicodeScalars)
      }
    }
    return String(shown)
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(hexadecimal(scalar.value, digits: 2))}"
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
