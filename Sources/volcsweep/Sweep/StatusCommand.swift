import ArgumentParser
import Coordination
import Foundation
import Interferometry
import Names
import StandardStreams

/// `volcsweep status`: state of a run.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows a run's progress, workers and failures.",
    discussion: """
      Reads only the run folder, so it works on any machine that sees it and does not disturb the sweep. The \
      coordinator updates the information about once a second.

      Exit status: 0 success, whatever the run's state; 1 there is no such run.
      """)

  @Argument(help: "Run folder.")
  var run: String

  @Flag(help: "Refresh every 2 seconds until the sweep ends.")
  var watch = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: "Maximum number of interferograms without a score to list.")
  var failures = 10

  func validate() throws {
    guard failures >= 0 else { throw ValidationError("--failures is \(failures), but must not be negative") }
    guard !(watch && json) else { throw ValidationError("--watch and --json cannot be combined") }
  }

  func run() async throws {
    let command = self
    do {
      try await onOwnThread("status") { try command.show() }
    } catch {
      throw ExitStatus.after(error, in: "status")
    }
  }

  private func show() throws {
    while true {
      let screen = try StatusScreen.read(run: run, failures: failures)
      if json { return try printDocument(screen) }
      let isTerminal = isatty(STDOUT_FILENO) == 1
      // Output is lost from now on; the exit status reports it.
      if StandardOutput.problem != nil { return }
      if watch && isTerminal { StandardOutput.write("\u{1B}[H\u{1B}[2J") }
      print(screen.lines.joined(separator: "\n"))
      guard watch && screen.isRunning else { return }
      if !isTerminal { print() }
      sleep(2)
    }
  }

  private struct Document: Encodable {
    struct Failure: Encodable {
      let interferogram: String
      /// `rejected`, `unreadable` or `quarantined`.
      let outcome: String
      let quarantined: Bool
      let reason: String
    }

    struct Activations: Encodable {
      let layer: String
      let stored: Int
      let planned: Int
    }

    let run: String
    let running: Bool
    let planned: Int
    let scored: Int
    let rejected: Int
    let unreadable: Int
    let quarantined: Int
    let open: Int
    let activations: Activations?
    let coordinator: SweepStatus?
    /// Names of the interferograms that workers compute now, by their numbers in the plan.
    let currentInterferograms: [String: String]
    let failures: [Failure]
  }

  private func printDocument(_ screen: StatusScreen) throws {
    let counts = screen.counts
    let document = Document(
      run: screen.run, running: screen.isRunning, planned: counts.planned, scored: counts.scored,
      rejected: counts.rejected, unreadable: counts.unreadable, quarantined: counts.quarantined, open: counts.open,
      activations: screen.activations.map {
        Document.Activations(layer: $0.layer, stored: $0.stored, planned: $0.planned)
      }, coordinator: screen.status,
      currentInterferograms: Dictionary(
        screen.names.map { ("\($0.key)", $0.value.description) }, uniquingKeysWith: { first, _ in first }),
      failures: screen.failures.map {
        Document.Failure(
          interferogram: $0.id.description, outcome: $0.kind.rawValue, quarantined: $0.kind == .quarantined,
          reason: $0.reason)
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    print(VisibleText.json(String(decoding: try encoder.encode(document), as: UTF8.self)))
  }
}
