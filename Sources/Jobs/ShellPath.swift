import Foundation

/// Expands paths of job files as a shell does: `~`, `~user`, `$NAME` and `${NAME}` are replaced, a
/// backslash quotes the next character. Other shell expansions are rejected.
public enum ShellPath {
  /// Why a path cannot be expanded.
  public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, as a phrase for the user.
    public let description: String
  }

  /// - Parameters:
  ///   - path: the path as written in the file.
  ///   - environment: the variables; this process's by default.
  /// - Returns: the path that a shell would open.
  /// - Throws: ``Problem`` that names the unset variable or the unsupported expansion.
  public static func expand(
    _ path: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(Problem) -> String {
    var rest = Substring(path)
    var expanded = ""
    if rest.hasPrefix("~") { expanded = try home(&rest, environment) }
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        guard let next = rest.popFirst() else { throw Problem(description: "\(path) ends with a backslash") }
        expanded.append(next)
      case "$": expanded += try variable(&rest, in: path, environment)
      case "`": throw refused("`…`", in: path)
      case "*", "?", "[": throw refused(String(character), in: path)
      case "{" where isBraceList(rest): throw refused("{…}", in: path)
      case "\0": throw Problem(description: "holds a null character")
      default: expanded.append(character)
      }
    }
    return expanded
  }

  /// Expands `~` or `~user` at the start of a path.
  private static func home(_ rest: inout Substring, _ environment: [String: String]) throws(Problem) -> String {
    let word = rest.prefix { $0 != "/" }
    let user = word.dropFirst()
    guard user.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }) else {
      throw Problem(description: "\(word) is not a user's folder; for a name that begins with ~ write \\~")
    }
    rest = rest.dropFirst(word.count)
    if user.isEmpty, let home = environment["HOME"], home.hasPrefix("/") { return home }
    let entry = user.isEmpty ? getpwuid(getuid()) : getpwnam(String(user))
    guard let folder = entry?.pointee.pw_dir else {
      throw Problem(description: user.isEmpty ? "~: HOME is not set" : "\(word): there is no user \(user)")
    }
    return String(cString: folder)
  }

  /// Expands `NAME` or `{NAME}` after a dollar sign.
  private static func variable(
    _ rest: inout Substring, in path: String, _ environment: [String: String]
  ) throws(Problem) -> String {
    func isNamed(_ name: Substring) -> Bool {
      guard let first = name.first, !first.isNumber else { return false }
      return name.allSatisfy(isLetter)
    }
    func isLetter(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }
    let name: Substring
    if rest.hasPrefix("{") {
      guard let end = rest.firstIndex(of: "}") else {
        throw Problem(description: "\(path): ${ is not closed with }")
      }
      name = rest[rest.index(after: rest.startIndex)..<end]
      guard isNamed(name) else { throw refused("${\(name)}", in: path) }
      rest = rest[rest.index(after: end)...]
    } else {
      name = rest.prefix(while: isLetter)
      guard isNamed(name) else { throw refused("$\(rest.prefix(1))", in: path) }
      rest = rest.dropFirst(name.count)
    }
    guard let value = environment[String(name)] else {
      throw Problem(description: "\(path): the variable \(name) is not set; for a $ in a name write \\$")
    }
    guard !value.isEmpty else { throw Problem(description: "\(path): the variable \(name) is empty") }
    return value
  }

  /// Whether a shell would expand the text after a brace to several words: `a,b}` or `1..9}`.
  private static func isBraceList(_ rest: Substring) -> Bool {
    guard let end = rest.firstIndex(of: "}") else { return false }
    return rest[..<end].contains(",") || rest[..<end].contains("..")
  }

  private static func refused(_ form: String, in path: String) -> Problem {
    Problem(
      description:
        "\(path): \(form) is not expanded here; write the path out, or a backslash before the sign if it is "
        + "part of a name")
  }
}
