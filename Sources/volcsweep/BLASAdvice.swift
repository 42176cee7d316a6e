import Foundation
import NeuralNetwork
import StandardStreams

/// What the BLAS should find in a process's environment, which it reads when it is loaded.
enum BLASAdvice {
  /// Starts this program anew with what is missing set; returns where nothing is.
  ///
  /// - Parameter command: stands before what is said where that fails.
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
