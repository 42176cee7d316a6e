import Foundation
import NeuralNetwork
import StandardStreams

/// Sets up the environment for the BLAS, which reads it when it is loaded.
enum BLASAdvice {
  /// Restarts this program with missing variables set; returns if none is missing.
  ///
  /// - Parameter command: prefix of the message if that fails.
  static func take(command: String) {
    let advice = BLASEnvironment.advice()
    guard !advice.isEmpty else { return }
    for (name, value) in advice { setenv(name, value, 1) }
    StandardError.finish()
    // With the new names, so that no warning about old ones is printed twice.
    let given = RenamedArguments.replaced(Array(CommandLine.arguments.dropFirst())) { _ in }
    var arguments = (CommandLine.arguments.prefix(1) + given).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    execv(Installation.executable, &arguments)
    Terminal.begin(Array(CommandLine.arguments.dropFirst()))
    Terminal.say(
      "volcsweep \(command): the program could not be restarted, so it continues without \(advice.keys.sorted().joined(separator: ", "))"
    )
  }
}
