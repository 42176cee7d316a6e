import ArgumentParser
import Isolation
import SweepHost

/// `volcsweep read-headers`: the process in which stacks are opened for planning, see `StackAnswering`.
struct ReadHeadersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read-headers", abstract: "Reads stack headers for volcsweep sweep (internal).",
    shouldDisplay: false)

  @Option(help: "Memory limit of this process in bytes.")
  var memoryBytes = StackAnswering.limits.memoryBytes

  func run() async throws {
    let limits = ProcessLimits(
      memoryBytes: memoryBytes, secondsPerFile: StackAnswering.limits.secondsPerFile)
    try await onOwnThread("headers") { try StackAnswering.serve(limits: limits) }
  }
}
