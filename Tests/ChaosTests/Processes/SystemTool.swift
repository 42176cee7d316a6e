import Foundation

/// Something that this machine cannot do, so that what needs it is skipped.
struct NotPossible: Error, CustomStringConvertible {
  let description: String
}

/// A program of the system, run to its end.
enum SystemTool {
  /// - Returns: what it said.
  /// - Throws: ``NotPossible`` with what it said, when it fails or is not there.
  @discardableResult static func run(_ words: [String]) throws -> String {
    let said = FileManager.default.temporaryDirectory.appending(path: "said-\(getpid())-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: said) }
    let program: Program
    do {
      program = try Program(words[0], Array(words.dropFirst()), output: said, errors: said)
    } catch {
      throw NotPossible(description: "\(error)")
    }
    let ending = try program.wait(within: 60)
    let text = (try? String(contentsOf: said, encoding: .utf8)) ?? ""
    guard ending == .exited(0) else {
      let first = text.split(separator: "\n").first ?? ""
      throw NotPossible(description: "\(words.joined(separator: " ")): \(ending, default: "no end") \(first)")
    }
    return text
  }
}
