import Foundation
import Names
import Yams

/// A mapping of a job file that is read key by key; what is wrong is noted with its line, and what nobody asked for
/// is an unknown key.
package final class JobSection {
  /// The section's name with its parents' (`gate.`), empty at the top.
  private let prefix: String
  private let line: Int
  private var entries: [String: (key: Node, value: Node)] = [:]
  private var known: [String] = []
  private(set) var problems: [JobProblem] = []

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

  package func text(_ key: String) -> String? {
    guard let value = take(key) else { return nil }
    guard case .scalar(let scalar) = value, !isNull(scalar) else {
      return wrong(key, value, expected: "text")
    }
    if let problem = Self.problem(scalar.string) { return impossible(key, value, problem) }
    return scalar.string
  }

  /// Texts become paths, addresses and words of scripts: none of them means anything when it is empty, and what nobody can
  /// see in them is a mistake, or worse.
  private static func problem(_ text: String) -> String? {
    if text.allSatisfy(\.isWhitespace) { return "is empty" }
    return text.unicodeScalars.first(where: VisibleText.isHidden).map {
      "holds the invisible character \(VisibleText.line(String($0)))"
    }
  }

  package func requiredText(_ key: String) -> String {
    guard entries[key] != nil else {
      known.append(key)
      problems.append(JobProblem(line: line, message: "\(prefix)\(key) is missing"))
      return ""
    }
    return text(key) ?? ""
  }

  package func isMissing(_ key: String) -> Bool { entries[key] == nil }

  /// Notes a key that has no value here as one that there is.
  package func skip(_ key: String) { _ = take(key) }

  /// Whether the key's value is keys with values.
  package func isSection(_ key: String) -> Bool {
    if case .mapping? = entries[key]?.value { return true }
    return false
  }

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

  package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    guard let value = take(key) else { return nil }
    let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    guard case .scalar(let scalar) = value, !isNull(scalar) else {
      return wrong(key, value, expected: "one of \(choices)")
    }
    return Choice(rawValue: scalar.string)
      ?? impossible(key, value, "'\(scalar.string)' is none of \(choices)")
  }

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

  /// Reads a section inside this one.
  package func section<Value>(_ key: String, _ read: (JobSection) -> Value) -> Value? {
    guard let value = take(key) else { return nil }
    let section = JobSection(value, prefix: "\(prefix)\(key).")
    let result = read(section)
    problems += section.finish()
    return result
  }

  /// Notes what is wrong with the value of a key.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - message: what is wrong.
  ///   - isPassing: whether it may be gone later though the value stays.
  package func report(_ key: String, _ message: String, isPassing: Bool = false) {
    problems.append(
      JobProblem(
        line: entries[key]?.value.mark?.line ?? line, message: "\(prefix)\(key): \(message)",
        isPassing: isPassing))
  }

  /// All problems, unknown keys among them.
  package func finish() -> [JobProblem] {
    let unknown = entries.filter { !known.contains($0.key) }.map { name, entry in
      JobProblem(
        line: entry.key.mark?.line,
        message: "unknown key \(prefix)\(name); known are \(known.sorted().joined(separator: ", "))")
    }
    return (problems + unknown).sorted { ($0.line ?? 0, $0.message) < ($1.line ?? 0, $1.message) }
  }

  private func take(_ key: String) -> Node? {
    if !known.contains(key) { known.append(key) }
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

  /// A number in quotes, which is a text in YAML.
  private func quoted<Value>(_ key: String, _ value: Node, _ scalar: Node.Scalar) -> Value? {
    problems.append(
      JobProblem(
        line: value.mark?.line ?? line,
        message: "\(prefix)\(key) is a text, because \(scalar.string) stands in quotes; write "
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
