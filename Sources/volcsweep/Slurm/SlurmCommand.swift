import ArgumentParser

/// `volcsweep slurm`: sweeps on a Slurm cluster.
struct SlurmCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slurm", abstract: "Runs sweeps on a Slurm cluster.",
    subcommands: [SlurmSubmitCommand.self, SlurmStatusCommand.self])
}
