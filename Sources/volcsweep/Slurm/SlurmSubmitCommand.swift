import ArgumentParser
import Foundation
import Jobs
import Slurm
import Transport

/// `volcsweep slurm submit`: submits a job file to Slurm.
struct SlurmSubmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Submits a sweep to Slurm.",
    discussion: """
      Makes the run folder with keys for each node, writes the jobs' scripts and settings to its folder slurm, submits \
      them and prints their numbers. The job file, archive, model, run folder and volcsweep itself must be seen by \
      every node under the same path; the ledger is kept on the coordinator's own disk and copied to the run folder.

      By itself a sweep is one job: the coordinator beside the workers of the first node. With --elastic the \
      coordinator is a job and each node of workers an element of an array: they may start late, be cancelled or \
      preempted and come back, and --more-workers adds to them. At its time limit a job finishes the interferograms at \
      hand and goes back to the queue under its own number until the sweep is complete.

      Partition, account, modules and the like are in one file, see cluster/slurm/site.example; without --site it is \
      the one that VOLCSWEEP_SITE names.
      """)

  @Argument(help: ArgumentHelp("The job file.", valueName: "job.yaml"))
  var job: String

  @Option(help: "Nodes of workers.")
  var nodes: Int

  @Option(help: ArgumentHelp("The limit of each job, as Slurm writes it, such as 12:00:00.", valueName: "time"))
  var time: String

  @Option(help: ArgumentHelp("The site's settings.", valueName: "file"))
  var site: String?

  @Flag(help: "A job for the coordinator, and nodes that come and go.")
  var elastic = false

  @Flag(help: "Only more nodes, for a sweep that was submitted with --elastic.")
  var moreWorkers = false

  @Flag(help: "Write everything, but only print what would be submitted.")
  var dryRun = false

  @Option(help: ArgumentHelp("The scripts, if they are not where volcsweep came with them.", valueName: "folder"))
  var scripts: String?

  func validate() throws {
    guard (1...1024).contains(nodes) else {
      throw ValidationError("the number of nodes is \(nodes), but must be from 1 to 1024")
    }
    guard SlurmTime(time) != nil else {
      throw ValidationError("“\(time)” is no time limit; write minutes, HH:MM:SS or D-HH:MM:SS")
    }
    guard !(elastic && moreWorkers) else { throw ValidationError("name --elastic or --more-workers, not both") }
  }

  func run() async throws {
    let command = self
    do {
      try await onOwnThread("slurm") { try command.submit() }
    } catch {
      throw ExitStatus.after(error, in: "slurm submit")
    }
  }

  private func submit() throws {
    guard let time = SlurmTime(time) else { return }
    let job = try Job(contentsOf: URL(fileURLWithPath: job).absoluteURL)
    let siteFile = site ?? ProcessInfo.processInfo.environment["VOLCSWEEP_SITE"]
    let site = try siteFile.map { try SlurmSite(contentsOf: URL(fileURLWithPath: $0)) } ?? SlurmSite()
    guard time.seconds > site.warningSeconds else {
      throw SlurmProgram.Failure(
        description: "the time limit of \(time.seconds) s leaves nothing of the site's warning-seconds, "
          + "\(site.warningSeconds)")
    }
    let folder = SlurmFolder(run: job.run)
    let submitted = folder.submitted
    try check(submitted)
    let first = moreWorkers ? submitted.map { $0.firstNode + $0.nodes }.max() ?? 1 : 1
    let submission = Submission(
      job: job, site: site, form: moreWorkers ? .moreWorkers : elastic ? .elastic : .oneJob, nodes: nodes,
      time: time, firstNode: first)
    try folder.prepare(
      submission, scripts: try scripts.map { URL(fileURLWithPath: $0) } ?? Installation.clusterScripts(),
      volcsweep: Installation.executable)
    try makeKeys(KeyFolder(job.run.appending(path: "keys")), upTo: first + nodes - 1)
    if dryRun {
      for request in submission.requests { print("sbatch \(request.arguments.joined(separator: " "))") }
      return
    }
    if !moreWorkers { try folder.begin() }
    var ids: [String] = []
    do {
      for request in submission.requests {
        let id = try SlurmProgram.submit(request)
        ids.append(id)
        let hasNodes = request.role != .coordinator
        try folder.note(
          SlurmFolder.SubmittedJob(role: request.role, id: id, firstNode: first, nodes: hasNodes ? nodes : 0))
      }
    } catch {
      throw undo(ids, in: folder, after: error)
    }
    for (request, id) in zip(submission.requests, ids) { print("\(request.role.rawValue) \(id)") }
    Terminal.say("slurm: volcsweep slurm status \(job.run.path) tells how it goes")
  }

  /// Cancels the jobs of a sweep after another of its jobs was refused: its coordinator would wait for workers
  /// in vain.
  private func undo(_ ids: [String], in folder: SlurmFolder, after error: any Error) -> SlurmProgram.Failure {
    guard !ids.isEmpty else { return SlurmProgram.Failure(description: "\(error)") }
    let jobs = "\(ids.count == 1 ? "job" : "jobs") \(ids.joined(separator: " "))"
    do {
      try SlurmProgram.cancel(ids)
    } catch let failure {
      return SlurmProgram.Failure(
        description: "\(error); \(jobs), submitted just before, could not be cancelled (\(failure)): "
          + "scancel \(ids.joined(separator: " "))")
    }
    // Jobs submitted earlier stay in the list.
    if !moreWorkers { try? folder.begin() }
    return SlurmProgram.Failure(description: "\(error); \(jobs), submitted just before, was cancelled")
  }

  private func check(_ submitted: [SlurmFolder.SubmittedJob]) throws {
    guard !dryRun else { return }
    let queued = try SlurmProgram.queue().entries(ofJobs: submitted.map(\.id))
    let coordinators = submitted.filter { $0.role != .workers }.map(\.id)
    let hasCoordinator = queued.contains { coordinators.contains(String($0.job)) }
    if moreWorkers {
      guard submitted.contains(where: { $0.role == .coordinator }), hasCoordinator else {
        throw SlurmProgram.Failure(
          description: "no coordinator of this run is in the queue; submit the sweep with --elastic first")
      }
    } else if !queued.isEmpty {
      throw SlurmProgram.Failure(
        description:
          "this run has jobs in the queue: \(queued.map(\.id).joined(separator: ", ")); wait for them, or "
          + "scancel them first")
    }
  }

  /// Nodes use the names given by `volcsweep keys --workers`. Revoked ones are skipped.
  private func makeKeys(_ keys: KeyFolder, upTo count: Int) throws {
    _ = try keys.makeServer()
    let known = Set(try keys.entries().map(\.name))
    for name in try (1...count).map({ try WorkerName("worker-\($0)") }) where !known.contains(name.text) {
      try keys.makeWorker(name)
    }
  }
}
