import ArgumentParser
import Names

/// Command lines that name a command that does not exist. ArgumentParser reports it as an unexpected argument, and
/// prints the help of another command for `help` of an unknown one.
enum UnknownCommand {
  /// What is wrong with a command line, and what may be meant.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - root: the program's command.
  /// - Returns: `nil` where every command that is named exists.
  static func problem(_ arguments: [String], root: any ParsableCommand.Type) -> String? {
    let isHelp = arguments.first == "help"
    var children = root.configuration.subcommands
    var path = [root._commandName]
    for word in arguments.dropFirst(isHelp ? 1 : 0) {
      guard !word.hasPrefix("-"), isHelp || !children.isEmpty else { return nil }
      guard let child = children.first(where: { $0.isCalled(word) }) else {
        let known = children.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
        let way = known.isEmpty ? "it has no subcommands" : "the commands are \(known.joined(separator: ", "))"
        let question = NearNames.question(word, among: known)
        return "'\(path.joined(separator: " "))' has no command '\(word)'"
          + (question.isEmpty ? "; \(way)" : question)
      }
      children = child.configuration.subcommands
      path.append(child._commandName)
    }
    return nil
  }
}

extension ParsableCommand {
  fileprivate static func isCalled(_ word: String) -> Bool {
    _commandName == word || configuration.aliases.contains(word)
  }
}

/// Suggestions for values that ArgumentParser refuses.
enum RefusedValue {
  /// Adds a suggestion to a message about an invalid value.
  ///
  /// - Parameter message: as ArgumentParser words it.
  /// - Returns: the message, with the suggestion in front of the allowed values.
  static func suggesting(_ message: String) -> String {
    guard let start = message.firstRange(of: "The value '"),
      let middle = message[start.upperBound...].firstRange(of: "' is invalid for '"),
      let list = message[middle.upperBound...].firstRange(of: "Please provide one of ")
    else { return message }
    let value = String(message[start.upperBound..<middle.lowerBound])
    let rest = message[list.upperBound...]
    // Up to five stand in one line, in quotes; more are a list of lines.
    let known =
      rest.hasPrefix("the following:")
      ? rest.split(separator: "\n").filter { $0.hasPrefix("  - ") }.map { String($0.dropFirst(4)) }
      : rest.prefix { $0 != "\n" }.split(separator: "'").enumerated().filter { $0.offset % 2 == 0 }
        .map { String($0.element) }
    let near = NearNames.misspelt(value, among: known)
    guard !near.isEmpty else { return message }
    let line = message[..<list.lowerBound]
    return line + "Did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))? "
      + message[list.lowerBound...]
  }
}
