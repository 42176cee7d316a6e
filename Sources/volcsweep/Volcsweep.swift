import ArgumentParser
import Foundation
import ProcessResources
import StandardStreams

/// The command line: each subcommand has a file in this folder.
@main
struct Volcsweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "volcsweep",
    abstract: "Sweeps satellite interferograms for volcanoes that deform.",
    discussion: """
      Exit status: 0 done; 1 failed; 3 done, but some input was rejected, unreadable, quarantined or damaged and is \
      named in the output; 6 the sweep has another coordinator; 64 wrong usage; 71 the system gives too little memory, \
      too few threads or descriptors; 74 done, but standard output could not be written; 78 the job, or a key, \
      address or run folder that it names, must be changed first; 130 interrupted, the same command continues.
      """,
    version: "volcsweep 0.1.0",
    subcommands: [
      IngestCommand.self, SynthesizeCommand.self, SweepCommand.self, RescoreCommand.self, ReduceCommand.self,
      RankCommand.self, CheckCommand.self,
      ReleaseCommand.self, WhyCommand.self, StatusCommand.self, CompareCommand.self, TrainCommand.self,
      ModelCommand.self,
      WorkerCommand.self,
      KeysCommand.self, SlurmCommand.self, DatasetCommand.self, EvaluateCommand.self, ReviewsCommand.self,
      ReadHeadersCommand.self,
      IngestFilesCommand.self,
    ])

  /// Runs the command, in place of ArgumentParser's function, which neither notices lost output nor writes its
  /// messages as JSON.
  static func main() async {
    StandardStreams.prepare()
    ResourceLimits.raise()
    Terminal.begin(Array(CommandLine.arguments.dropFirst()))
    do {
      var command = try await asyncParseAsRoot(nil)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      end(after: error)
    }
    end(.success)
  }

  /// Help and version are results, everything else is a message.
  private static func end(after error: any Error) -> Never {
    let code = exitCode(for: error)
    let status = code == .failure ? ExitStatus.of(error) : code
    let text = fullMessage(for: error, columns: nil)
    if !text.isEmpty {
      if status == .success { print(text) } else { Terminal.say(text, .error) }
    }
    end(status)
  }

  /// Ends the process; if nothing worse happened, the status says whether the output was written.
  private static func end(_ status: ExitCode) -> Never {
    var status = status
    if let problem = StandardOutput.finish() {
      Terminal.say(
        "volcsweep: standard output cannot be written, so what was printed is not complete: \(problem)", .error)
      if status == .success || status == ExitStatus.doneWithRejects { status = ExitStatus.outputLost }
    }
    StandardError.finish()
    Foundation.exit(status.rawValue)
  }
}
