import ArgumentParser
import Foundation
import Names
import ProcessResources
import StandardStreams

/// The command line; each subcommand has its own file.
@main
struct Volcsweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "volcsweep",
    abstract: "Searches satellite interferograms for deforming volcanoes.",
    discussion: """
      Exit status:
         0  success
         1  failure
         3  success, but some input was rejected, unreadable or damaged
         6  another coordinator is running this sweep
        64  usage error
        71  not enough memory, threads or file descriptors
        74  success, but standard output could not be written
        78  the job file, or what it names, must be corrected
       130  interrupted; run the same command again to continue
      """,
    version: "volcsweep \(Version.text)",
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
    let given = Array(CommandLine.arguments.dropFirst())
    Terminal.begin(given)
    do {
      let arguments = RenamedArguments.replaced(given) { Terminal.say($0, .warning) }
      if let problem = UnknownCommand.problem(arguments, root: Self.self) { throw ValidationError(problem) }
      var command = try await asyncParseAsRoot(arguments)
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
    let text = RefusedValue.suggesting(fullMessage(for: error, columns: nil))
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
        "volcsweep: standard output cannot be written, so the output is incomplete: \(problem)", .error)
      if status == .success || status == ExitStatus.doneWithRejects { status = ExitStatus.outputLost }
    }
    StandardError.finish()
    Foundation.exit(status.rawValue)
  }
}
