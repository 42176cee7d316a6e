import ArgumentParser
import Foundation
import Jobs

/// `volcsweep sweep`: runs a job and writes ranked lists.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Runs the sweep that a job file describes.",
    discussion: """
      Records the archive's interferograms in the run folder's ledger, starts local workers, and writes probability \
      maps and ranked lists to RUN/results. Run the same command again to continue after an interruption, or to score \
      the interferograms that an ingest has added. If the job's model or method differs from the run's, the command \
      lists the scores that become outdated and asks before it computes them again.

      Press Ctrl-C once to let the workers finish their current interferograms, twice to stop immediately. Finished \
      work is kept in both cases.

      With --listen, workers on other machines can connect. Each needs a key: see volcsweep keys --help.

      Exit status: 0 success; 1 failure; 3 success, but some input was rejected, unreadable or quarantined; \
      6 another coordinator is running this sweep; 64 usage error; 71 not enough memory, threads or file descriptors; \
      74 success, but standard output could not be written; 78 the job file, or a key, address or run folder it \
      names, must be corrected; 130 interrupted.
      """)

  @Argument(help: ArgumentHelp("Job file.", valueName: "job.yaml"))
  var job: String

  @OptionGroup var options: SweepOptions

  func run() async throws {
    let (file, options) = (URL(fileURLWithPath: job), options)
    try await options.run("sweep") { signals in
      let job = try Job(contentsOf: file) { Terminal.say("warning: \(file.path): \($0)", .warning) }
      let model =
        switch job.model {
        case .builtIn: try Installation.defaultModel()
        case .file(let url): url.path
        }
      try options.sweep(job, model: model, signals) { try options.asks(about: $0, in: job.run) }
    }
  }
}
