/// Why a text cannot be a name.
public struct NameError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text, as it may be shown.
  public let text: String
  /// What is wrong with it: stands behind the name's role and text.
  public let problem: String

  public var description: String { "“\(text)” \(problem)" }
}

/// A name that came from outside (a file, a job, a message, a ledger) and may become one component of a path, a part of
/// one, a log file's name or a field of a list: 1 to ``byteLimit`` bytes of visible text, without `/`, `\`, a leading
/// `.` or white space at an end. A name that is not of this form names nothing on a disk.
public struct PathComponent: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Most bytes of UTF-8. File systems allow 255, of which suffixes (`.tif`) and the marks of temporary files need some.
  public static let byteLimit = 180

  public let text: String

  /// - Throws: ``NameError`` that says what is wrong with the text.
  public init(_ text: some StringProtocol) throws(NameError) {
    if let problem = Self.problem(text, kind: .component) {
      throw NameError(text: VisibleText.line(text, limit: 60), problem: problem)
    }
    self.text = String(text)
  }

  /// A name from parts, such as `<volcano>_<frame>.h5`, each of which is one already.
  ///
  /// - Throws: ``NameError`` where the whole is too long.
  public init(_ parts: PathComponent..., separator: String, suffix: String = "") throws(NameError) {
    try self.init(parts.map(\.text).joined(separator: separator) + suffix)
  }

  /// What is wrong with a text as a name; `nil` for a valid name.
  public static func problem(_ text: some StringProtocol) -> String? { problem(text, kind: .component) }

  public var description: String { text }

  public static func < (left: PathComponent, right: PathComponent) -> Bool { left.text < right.text }

  /// What two names have in common that a file system without regard to case, or to how accents are composed, takes for
  /// the same.
  public var caseless: String { Self.caseless(text) }

  /// See ``caseless``. Also of texts that are no names.
  public static func caseless(_ text: String) -> String {
    // Canonically equivalent strings are equal and hash alike in Swift, so composition needs no further step. Upper case in
    // between brings letters together that have two lower-case forms, such as final sigma.
    text.lowercased().uppercased().lowercased()
  }

  enum Kind {
    case component
    case displayName
  }

  static func problem(_ text: some StringProtocol, kind: Kind) -> String? {
    let limit = kind == .component ? byteLimit : DisplayName.byteLimit
    let bytes = text.utf8.count
    guard bytes > 0 else { return "is empty" }
    guard bytes <= limit else { return "has \(bytes) bytes, at most \(limit) are allowed" }
    if let hidden = text.unicodeScalars.first(where: VisibleText.isHidden) {
      return "contains the invisible character \(VisibleText.line(String(hidden)))"
    }
    guard !text.unicodeScalars.contains("\u{FFFD}") else { return "is not UTF-8" }
    let scalars = text.unicodeScalars
    guard scalars.first?.properties.isWhitespace != true, scalars.last?.properties.isWhitespace != true else {
      return "begins or ends with white space"
    }
    guard kind == .component else { return nil }
    guard scalars.first != "." else { return "begins with a dot" }
    guard !scalars.contains("/"), !scalars.contains("\\") else { return "contains a slash or backslash" }
    return nil
  }
}

/// A name for people, such as a volcano's as its catalogue spells it, which is shown and kept but never becomes part of
/// a path: 1 to ``byteLimit`` bytes of visible text without white space at an end.
public struct DisplayName: Hashable, Sendable, CustomStringConvertible {
  /// Most bytes of UTF-8.
  public static let byteLimit = 255

  public let text: String

  /// - Throws: ``NameError`` that says what is wrong with the text.
  public init(_ text: some StringProtocol) throws(NameError) {
    if let problem = PathComponent.problem(text, kind: .displayName) {
      throw NameError(text: VisibleText.line(text, limit: 60), problem: problem)
    }
    self.text = String(text)
  }

  /// What is wrong with a text as a name for people; `nil` for a valid name.
  public static func problem(_ text: some StringProtocol) -> String? {
    PathComponent.problem(text, kind: .displayName)
  }

  public var description: String { text }
}
