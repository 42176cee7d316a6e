import ArgumentParser

/// The command line: each subcommand is a file of this folder.
@main
struct Volcsweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "volcsweep",
    abstract: "Sweeps satellite interferograms for volcanoes that deform.",
    discussion: """
      Exit status: 0 done; 1 failed; 3 done, but some input was rejected, unreadable, quarantined or damaged and is \
      named in the output; 64 wrong usage; 130 interrupted, the same command continues.
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
}
