import ArgumentParser
import Isolation
import SweepHost

/// `volcsweep read-headers`: the process in which stacks are opened for planning, see `StackAnswering`.
struct ReadHeadersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read-headers", abstract: "Tells a sweep what stacks say of themselves.", shouldDisplay: false)

  @Option(help: "Most memory of this process.")
  var memoryBytes = StackAnswering.limits.memoryBytes

  func run() async throws {
    let limits = ProcessLimits(
      memoryBytes: memoryBytes, secondsPerFile: StackAnswering.limits.secondsPerFile)
    try await onOwnThread("headers") { try StackAnswering.serve(limits: limits) }
  }
}
