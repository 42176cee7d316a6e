import ArgumentParser
import Foundation
import Jobs

/// `volcsweep sweep`: runs a job and writes ranked lists.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Sweeps an archive with local worker processes, as a job file says.",
    discussion: """
      Plans the archive's interferograms into the run folder's ledger, starts the workers, and ends with maps and \
      ranked lists in the run folder's results. Run the same command again after an interruption and it continues; \
      run it after an ingest and it sweeps what is new. Where the job's model or method is another than the run was \
      swept with, it says which scores that makes stale, and asks.

      Ctrl-C lets the workers finish the interferogram at hand; a second one stops at once. Either way nothing that \
      was finished is lost.

      Exit status: 0 done; 1 failed; 3 done, but some input was rejected or quarantined; 6 another coordinator runs \
      this sweep; 64 wrong usage; 71 the system gives too little memory, too few threads or descriptors; 74 done, but \
      standard output could not be written; 78 the job, or a key, address \
      or run folder that it names, must be changed first; 130 interrupted.

      With --listen workers on other machines take part, each with a key of its own: see volcsweep keys --help.
      """)

  @Argument(help: ArgumentHelp("The job file.", valueName: "job.yaml"))
  var job: String

  @OptionGroup var options: SweepOptions

  func run() async throws {
    let (file, options) = (URL(fileURLWithPath: job), options)
    try await options.run("sweep") { signals in
      let job = try Job(contentsOf: file)
      let model =
        switch job.model {
        case .builtIn: try Installation.defaultModel()
        case .file(let url): url.path
        }
      try options.sweep(job, model: model, signals) { try options.asks(about: $0, in: job.run) }
    }
  }
}
