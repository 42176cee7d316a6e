import ArgumentParser
import Foundation
import Slurm
import Tables

/// `volcsweep slurm status`: state of a sweep and its Slurm jobs.
struct SlurmStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows the state of a run's Slurm jobs and of the sweep.",
    discussion: """
      Shows the run's jobs in Slurm's queue, then the output of volcsweep status. Jobs that have ended are not in the \
      queue; their output is in RUN/logs/slurm-*.out.
      """)

  @Argument(help: "Run folder.")
  var run: String

  @Option(help: "Maximum number of interferograms without a score to list.")
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
      throw SlurmProgram.Failure(
        description: "\(folder.path) has no Slurm jobs; submit some with volcsweep slurm submit")
    }
    let queue = try SlurmProgram.queue()
    var table = AlignedTable(
      header: ["job", "role", "state", "nodes", "elapsed", "left", "reason"], leftAligned: [0, 1, 2, 3, 6])
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
