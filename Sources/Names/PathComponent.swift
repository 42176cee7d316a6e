/// Why a text is not a valid name.
public struct NameError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text, with invisible characters escaped.
  public let text: String
  /// What is wrong, to be appended to the name's role and text.
  public let problem: String

  public var description: String { "“\(text)” \(problem)" }
}

/// A name from outside (a file, a job, a message, a ledger) that may become a path component or part of one,
/// the name of a log file or a field of a list: 1 to ``byteLimit`` bytes of visible text, without `/`, `\`, a
/// leading `.` or white space at either end. Only such names are used in paths.
public struct PathComponent: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Largest length, bytes of UTF-8. File systems allow 255, of which suffixes (`.tif`) and the marks of
  /// temporary files need some.
  public static let byteLimit = 180

  /// The name.
  public let text: String

  /// Checks a text.
  ///
  /// - Throws: ``NameError`` that describes what is wrong.
  public init(_ text: some StringProtocol) throws(NameError) {
    if let problem = Self.problem(text, kind: .component) {
      throw NameError(text: VisibleText.line(text, limit: 60), problem: problem)
    }
    self.text = String(text)
  }

  /// A name composed of valid names, such as `<volcano>_<frame>.h5`.
  ///
  /// - Throws: ``NameError`` if the result is too long.
  public init(_ parts: PathComponent..., separator: String, suffix: String = "") throws(NameError) {
    try self.init(parts.map(\.text).joined(separator: separator) + suffix)
  }

  /// Why a text is not a valid name; `nil` if it is.
  public static func problem(_ text: some StringProtocol) -> String? { problem(text, kind: .component) }

  public var description: String { text }

  public static func < (left: PathComponent, right: PathComponent) -> Bool { left.text < right.text }

  /// A form that is equal for names which a file system may treat as the same, because it ignores case or
  /// Unicode composition.
  public var caseless: String { Self.caseless(text) }

  /// As ``caseless``, for any text.
  public static func caseless(_ text: String) -> String {
    // Swift compares canonically equivalent strings as equal, so composition needs no further step.
    // Upper-casing in between merges letters with two lower-case forms, such as final sigma.
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

/// A display name, such as a volcano's name in its catalogue, which is shown and stored but never becomes
/// part of a path: 1 to ``byteLimit`` bytes of visible text without white space at either end.
public struct DisplayName: Hashable, Sendable, CustomStringConvertible {
  /// Largest length, bytes of UTF-8.
  public static let byteLimit = 255

  /// The name.
  public let text: String

  /// Checks a text.
  ///
  /// - Throws: ``NameError`` that describes what is wrong.
  public init(_ text: some StringProtocol) throws(NameError) {
    if let problem = PathComponent.problem(text, kind: .displayName) {
      throw NameError(text: VisibleText.line(text, limit: 60), problem: problem)
    }
    self.text = String(text)
  }

  /// Why a text is not a valid display name; `nil` if it is.
  public static func problem(_ text: some StringProtocol) -> String? {
    PathComponent.problem(text, kind: .displayName)
  }

  public var description: String { text }
}
