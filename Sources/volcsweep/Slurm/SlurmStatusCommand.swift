import ArgumentParser
import Foundation
import Slurm
import Tables

/// `volcsweep slurm status`: state of a sweep and its Slurm jobs.
struct SlurmStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Tells how a run's Slurm jobs stand, and how the sweep does.",
    discussion: """
      First the jobs, as Slurm has them in its queue; those that have ended are not there any more, and what they said \
      is in the run's logs/slurm-*.out. Then the sweep, as volcsweep status tells it.
      """)

  @Argument(help: "The run folder.")
  var run: String

  @Option(help: "How many interferograms without a score to name.")
  var failures = 10

  func run() async throws {
    let command = self
    do {
      try await onOwnThread("slurm") { try command.show() }
    } catch {
      throw ExitStatus.after(error, in: "slurm status")
    }
  }

  private func show() throws {
    let folder = URL(fileURLWithPath: run, isDirectory: true).absoluteURL
    let submitted = SlurmFolder(run: folder).submitted
    guard !submitted.isEmpty else {
      throw SlurmProgram.Failure(description: "\(folder.path) has no Slurm jobs: volcsweep slurm submit makes them")
    }
    let queue = try SlurmProgram.queue()
    var table = AlignedTable(
      header: ["job", "what", "state", "nodes", "for", "left", "why"], leftAligned: [0, 1, 2, 3, 6])
    for job in submitted {
      let entries = queue.entries(ofJobs: [job.id])
      for entry in entries {
        table.append([
          entry.id, job.role.rawValue, entry.state, entry.nodes, entry.elapsed, entry.left, entry.reason,
        ])
      }
      if entries.isEmpty { table.append([job.id, job.role.rawValue, "not in the queue", "", "", "", ""]) }
    }
    print("\(table.text)\n")
    let screen = try StatusScreen.read(run: run, failures: failures)
    print(screen.lines.joined(separator: "\n"))
  }
}
