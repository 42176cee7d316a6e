import Foundation
import Names
import Yams

/// A mapping of a job file that is read key by key. It collects problems with their lines; keys
/// that are never read are reported as unknown.
package final class JobSection {
  /// The parents' names with a trailing dot (`gate.`); empty at the top level.
  private let prefix: String
  private let line: Int
  private var entries: [String: (key: Node, value: Node)] = [:]
  private var known: Set<String> = []
  private(set) var problems: [JobProblem] = []
  /// What is accepted but should be changed.
  package private(set) var warnings: [JobProblem] = []

  /// Reads a mapping; a node of another type is reported as a problem.
  ///
  /// - Parameters:
  ///   - node: the YAML node.
  ///   - prefix: the parents' names with a trailing dot, put in front of keys in messages.
  package init(_ node: Node, prefix: String = "") {
    self.prefix = prefix
    line = node.mark?.line ?? 1
    guard case .mapping(let mapping) = node else {
      problems.append(
        JobProblem(line: node.mark?.line, message: "\(Self.describe(node)) where keys with values are expected"))
      return
    }
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        problems.append(JobProblem(line: key.mark?.line, message: "a key must be a plain word"))
        continue
      }
      entries[scalar.string] = (key, value)
    }
  }

  /// The text of a key. Reports a value that is not a text, is blank or contains invisible
  /// characters.
  ///
  /// - Returns: `nil` if the key is absent or its value was reported.
  package func text(_ key: String) -> String? {
    guard let value = take(key) else { return nil }
    guard case .scalar(let scalar) = value, !isNull(scalar) else {
      return wrong(key, value, expected: "text")
    }
    if let problem = Self.problem(scalar.string) { return impossible(key, value, problem) }
    return scalar.string
  }

  /// Texts become paths, addresses and words of scripts. Blank texts mean nothing there, and
  /// invisible characters are a mistake or an attack.
  private static func problem(_ text: String) -> String? {
    if text.allSatisfy(\.isWhitespace) { return "is empty" }
    return text.unicodeScalars.first(where: VisibleText.isHidden).map {
      "contains the invisible character \(VisibleText.line(String($0)))"
    }
  }

  /// The text of a key that must be present.
  ///
  /// - Returns: an empty text if the key is missing or its value was reported.
  package func requiredText(_ key: String) -> String {
    guard entries[key] != nil else {
      known.insert(key)
      problems.append(JobProblem(line: line, message: "\(prefix)\(key) is missing"))
      return ""
    }
    return text(key) ?? ""
  }

  /// Whether the key is absent.
  package func isMissing(_ key: String) -> Bool { entries[key] == nil }

  /// Marks a key as known without reading its value.
  package func skip(_ key: String) { _ = take(key) }

  /// Whether the value of a key is a mapping.
  package func isSection(_ key: String) -> Bool {
    if case .mapping? = entries[key]?.value { return true }
    return false
  }

  /// The whole number of a key. Reports a value of another type, in quotes or out of range.
  ///
  /// - Returns: `nil` if the key is absent or its value was reported.
  package func whole(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = take(key) else { return nil }
    guard case .scalar(let scalar) = value, let number = Int(scalar.string) else {
      return wrong(key, value, expected: "a whole number")
    }
    guard scalar.style == .plain else { return quoted(key, value, scalar) }
    guard range.contains(number) else {
      return impossible(key, value, "\(number) is not in \(range.lowerBound)…\(range.upperBound)")
    }
    return number
  }

  /// The finite number of a key. Reports a value of another type, in quotes or out of range.
  ///
  /// - Returns: `nil` if the key is absent or its value was reported.
  package func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let value = take(key) else { return nil }
    guard case .scalar(let scalar) = value, let number = Double(scalar.string), number.isFinite else {
      return wrong(key, value, expected: "a number")
    }
    guard scalar.style == .plain else { return quoted(key, value, scalar) }
    guard range.contains(number) else {
      return impossible(key, value, "\(scalar.string) is not in \(range.lowerBound)…\(range.upperBound)")
    }
    return number
  }

  /// The case of an enumeration whose raw value is the key's text. Reports any other text.
  ///
  /// - Returns: `nil` if the key is absent or its value was reported.
  package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    guard let value = take(key) else { return nil }
    let names = Choice.allCases.map(\.rawValue)
    let choices = names.joined(separator: ", ")
    guard case .scalar(let scalar) = value, !isNull(scalar) else {
      return wrong(key, value, expected: "one of \(choices)")
    }
    return Choice(rawValue: scalar.string)
      ?? impossible(
        key, value,
        "'\(scalar.string)' is not one of \(choices)" + NearNames.question(scalar.string, among: names))
  }

  /// The list of texts of a key; entries that are not valid texts are reported and left out.
  ///
  /// - Returns: `nil` if the key is absent or its value is not a list.
  package func texts(_ key: String) -> [String]? {
    guard let value = take(key) else { return nil }
    guard case .sequence(let sequence) = value else { return wrong(key, value, expected: "a list") }
    return sequence.compactMap { item in
      guard case .scalar(let scalar) = item, !isNull(scalar) else {
        return wrong(key, item, expected: "a list of texts")
      }
      if let problem = Self.problem(scalar.string) { return impossible(key, item, "an entry \(problem)") }
      return scalar.string
    }
  }

  /// Reads a nested section; unknown keys in it are reported when `read` returns.
  package func section<Value>(_ key: String, _ read: (JobSection) -> Value) -> Value? {
    guard let value = take(key) else { return nil }
    let section = JobSection(value, prefix: "\(prefix)\(key).")
    let result = read(section)
    problems += section.finish()
    warnings += section.warnings
    return result
  }

  /// Reports a problem with the value of a key.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - message: what is wrong.
  ///   - isPassing: whether the problem may disappear without a change of the job.
  package func report(_ key: String, _ message: String, isPassing: Bool = false) {
    problems.append(
      JobProblem(
        line: entries[key]?.value.mark?.line ?? line, message: "\(prefix)\(key): \(message)",
        isPassing: isPassing))
  }

  /// All problems, unknown keys included.
  package func finish() -> [JobProblem] {
    let unknown = entries.filter { !known.contains($0.key) }.map { name, entry in
      JobProblem(
        line: entry.key.mark?.line,
        message: "unknown key \(prefix)\(name)" + hint(name))
    }
    return (problems + unknown).sorted { ($0.line ?? 0, $0.message) < ($1.line ?? 0, $1.message) }
  }

  /// What an unknown key may mean, or else the keys there are.
  private func hint(_ name: String) -> String {
    let question = NearNames.question(name, among: Array(known))
    return question.isEmpty ? "; valid keys are \(known.sorted().joined(separator: ", "))" : question
  }

  /// Accepts a key by the name that it had before, with a warning; call it before the key is read.
  package func renamed(_ old: String, to new: String) {
    guard let entry = entries[old] else { return }
    defer { entries[old] = nil }
    guard entries[new] == nil else {
      return report(old, "is the old name of \(prefix)\(new), which is given too; remove one of them")
    }
    entries[new] = entry
    warnings.append(
      JobProblem(line: entry.key.mark?.line, message: "the key \(prefix)\(old) is now \(prefix)\(new)"))
  }

  private func take(_ key: String) -> Node? {
    known.insert(key)
    return entries[key]?.value
  }

  private func isNull(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
  }

  private func wrong<Value>(_ key: String, _ value: Node, expected: String) -> Value? {
    problems.append(
      JobProblem(
        line: value.mark?.line ?? line,
        message: "\(prefix)\(key) must be \(expected), not \(Self.describe(value))"))
    return nil
  }

  /// Reports a number in quotes, which YAML reads as text.
  private func quoted<Value>(_ key: String, _ value: Node, _ scalar: Node.Scalar) -> Value? {
    problems.append(
      JobProblem(
        line: value.mark?.line ?? line,
        message: "\(prefix)\(key) is a text, because \(scalar.string) is in quotes; write "
          + "\(key): \(scalar.string)"))
    return nil
  }

  private func impossible<Value>(_ key: String, _ value: Node, _ message: String) -> Value? {
    problems.append(JobProblem(line: value.mark?.line ?? line, message: "\(prefix)\(key): \(message)"))
    return nil
  }

  private static func describe(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
    case .mapping: "keys with values"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
