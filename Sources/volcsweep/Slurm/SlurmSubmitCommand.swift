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
      Creates the run folder with a key for each node, writes the job scripts and settings to RUN/slurm, submits them \
      and prints the job IDs. Every node must see the job file, archive, model, run folder and the volcsweep program \
      under the same paths. The ledger is kept on a local disk of the coordinator's node and copied to the run folder.

      By default a sweep is one job, and the coordinator runs on the first node with the workers. With --elastic the \
      coordinator is a job of its own and the worker nodes are a job array: nodes may start late, be cancelled or \
      preempted and return, and --more-workers adds nodes. A job that reaches its time limit finishes its current \
      interferograms and requeues itself until the sweep is complete.

      Site settings such as partition, account and modules are in one file (see cluster/slurm/site.example), given by \
      --site or by the environment variable VOLCSWEEP_SITE.
      """)

  @Argument(help: ArgumentHelp("Job file.", valueName: "job.yaml"))
  var job: String

  @Option(help: "Number of worker nodes.")
  var nodes: Int

  @Option(help: ArgumentHelp("Time limit of each job in Slurm's format, such as 12:00:00.", valueName: "time"))
  var time: String

  @Option(help: ArgumentHelp("File with the site settings.", valueName: "file"))
  var site: String?

  @Flag(help: "Submit the coordinator as a job of its own; worker nodes may come and go.")
  var elastic = false

  @Flag(help: "Add worker nodes to a sweep that was submitted with --elastic.")
  var moreWorkers = false

  @Flag(help: "Write all files, but print the sbatch commands instead of submitting them.")
  var dryRun = false

  @Option(
    help: ArgumentHelp("Folder of the Slurm scripts, if they are not in the installation.", valueName: "folder"))
  var scripts: String?

  func validate() throws {
    guard (1...1024).contains(nodes) else {
      throw ValidationError("--nodes is \(nodes), but must be between 1 and 1024")
    }
    guard SlurmTime(time) != nil else {
      throw ValidationError("--time is “\(time)”, but must be minutes, HH:MM:SS or D-HH:MM:SS")
    }
    guard !(elastic && moreWorkers) else {
      throw ValidationError("--elastic and --more-workers cannot be combined")
    }
  }

  func run() async throws {
    let command = self
    do {
      try await onOwnThread("slurm") { try command.submit() }
    } catch {
      throw ExitStatus.after(error, in: "slurm submit")
    }
  }

  private func warn(_ file: String, _ problem: JobProblem) {
    Terminal.say("warning: \(file): \(problem)", .warning)
  }

  private func site(_ file: String) throws -> SlurmSite {
    try SlurmSite(contentsOf: URL(fileURLWithPath: file)) { warn(file, $0) }
  }

  private func submit() throws {
    guard let time = SlurmTime(time) else { return }
    let job = try Job(contentsOf: URL(fileURLWithPath: job).absoluteURL) { warn(self.job, $0) }
    let siteFile = site ?? ProcessInfo.processInfo.environment["VOLCSWEEP_SITE"]
    let site = try siteFile.map { try self.site($0) } ?? SlurmSite()
    guard time.seconds > site.warningSeconds else {
      throw SlurmProgram.Failure(
        description: "the time limit is \(time.seconds) s, but must be longer than the site's warning-seconds "
          + "(\(site.warningSeconds) s)")
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
    Terminal.say("slurm: to see the state of the sweep, run volcsweep slurm status \(job.run.path)")
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
        description: "\(error); \(jobs), submitted just before, could not be cancelled (\(failure)); run "
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
          "this run already has jobs in the queue: \(queued.map(\.id).joined(separator: ", ")); wait until they end, "
          + "or cancel them with scancel")
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
