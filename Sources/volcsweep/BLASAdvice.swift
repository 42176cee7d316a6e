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
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    execv(Installation.executable, &arguments)
    Terminal.begin(Array(CommandLine.arguments.dropFirst()))
    Terminal.say("volcsweep \(command): goes on without \(advice.keys.sorted().joined(separator: ", "))")
  }
}
