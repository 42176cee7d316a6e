import StandardStreams

/// Options and commands that had another name before. The old ones are still accepted, with a warning.
enum RenamedArguments {
  /// Old option, new option, and the commands that have it, as the beginning of a command line.
  private static let options: [(old: String, new: String, command: [String])] = [
    ("--patience", "--timeout", ["worker"]),
    ("--deforming-share", "--deforming-fraction", ["train"]),
    ("--hard-share", "--hard-fraction", ["train"]),
    ("--deforming-shares", "--deforming-fractions", ["train"]),
    ("--quiet-shares", "--quiet-fractions", ["train"]),
    ("--moved-shares", "--moved-fractions", ["train"]),
  ]

  /// Old and new names of commands.
  private static let commands: [(old: [String], new: [String])] = [
    (["dataset", "invent"], ["dataset", "synthesize"])
  ]

  /// Puts the new names in place of old ones.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - warn: is called with a line for each old name.
  /// - Returns: the arguments that ArgumentParser reads.
  static func replaced(_ arguments: [String], warn: (String) -> Void) -> [String] {
    var arguments = arguments
    let start = arguments.first == "help" ? 1 : 0
    for (old, new) in commands where arguments.dropFirst(start).starts(with: old) {
      arguments.replaceSubrange(start..<(start + old.count), with: new)
      warn("warning: the command '\(old.joined(separator: " "))' is now '\(new.joined(separator: " "))'")
    }
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    for index in arguments[..<end].indices {
      let name = arguments[index].prefix { $0 != "=" }
      let renamed = options.first { $0.old == name && arguments.starts(with: $0.command) }
      guard let renamed else { continue }
      arguments[index] = renamed.new + arguments[index].dropFirst(name.count)
      warn("warning: the option \(renamed.old) is now \(renamed.new)")
    }
    return arguments
  }
}
