import Files
import Foundation

/// The folder `slurm/` of a run: settings and scripts of its Slurm jobs, and the submitted jobs'
/// numbers.
public struct SlurmFolder: Sendable {
  /// The folder.
  public let url: URL

  /// - Parameter run: the run folder.
  public init(run: URL) {
    url = run.appending(path: "slurm")
  }

  /// Shell file that the jobs' scripts read.
  public var settings: URL { url.appending(path: "settings") }
  /// Exists once the sweep is finished, so that workers that start late exit.
  public var over: URL { url.appending(path: "over") }
  private var jobs: URL { url.appending(path: "jobs") }

  /// The batch script of a job.
  public func script(_ role: Submission.Role) -> URL { url.appending(path: "\(role.rawValue).sbatch") }

  /// A job submitted for the run.
  public struct SubmittedJob: Hashable, Sendable {
    /// What the job does.
    public let role: Submission.Role
    /// The job number that Slurm gave it.
    public let id: String
    /// Number of its first node, from 1.
    public let firstNode: Int
    /// Number of worker nodes.
    public let nodes: Int

    public init(role: Submission.Role, id: String, firstNode: Int, nodes: Int) {
      self.role = role
      self.id = id
      self.firstNode = firstNode
      self.nodes = nodes
    }
  }

  /// Copies the scripts and writes the settings, so that the jobs need nothing outside the run
  /// folder.
  ///
  /// - Parameters:
  ///   - submission: the jobs about to be submitted.
  ///   - scripts: the folder `cluster` of the installation.
  ///   - volcsweep: path of this program.
  /// - Throws: errors of the file system.
  public func prepare(_ submission: Submission, scripts: URL, volcsweep: String) throws {
    let run = url.deletingLastPathComponent()
    try OwnFolder.make(run)
    for folder in [url, run.appending(path: "logs")] { try OwnFolder.make(folder, isInside: true) }
    TemporaryFiles.removeStale(in: url.path, isLocked: false)
    let names = ["slurm/sweep.sbatch", "slurm/coordinator.sbatch", "slurm/workers.sbatch", "slurm/functions.sh"]
    for name in names + ["worker-loop.sh"] {
      let source = scripts.appending(path: name)
      // A running job has its script open, so the script is replaced, not overwritten.
      let target = url.appending(path: source.lastPathComponent)
      try AtomicFile.replace(target.path, with: Data(contentsOf: source), permissions: 0o700)
    }
    try AtomicFile.replace(settings.path, with: Data(submission.settings(volcsweep: volcsweep).utf8))
  }

  /// Starts an empty list of jobs, replacing an earlier one.
  ///
  /// - Throws: errors of the file system.
  public func begin() throws {
    unlink(over.path)
    try AtomicFile.replace(jobs.path, with: Data())
  }

  /// Appends a submitted job; durable on return.
  ///
  /// - Throws: errors of the file system.
  public func note(_ job: SubmittedJob) throws {
    let line = "\(job.role.rawValue) \(job.id) \(job.firstNode) \(job.nodes)\n"
    let noted = FileManager.default.fileExists(atPath: jobs.path) ? try Data(contentsOf: jobs) : Data()
    try AtomicFile.replace(jobs.path, with: noted + Data(line.utf8))
  }

  /// Jobs of the last submission; empty if there is none or the list cannot be read.
  public var submitted: [SubmittedJob] {
    let text = (try? String(contentsOf: jobs, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 4, let role = Submission.Role(rawValue: String(words[0])), let first = Int(words[2]),
        let nodes = Int(words[3])
      else { return nil }
      return SubmittedJob(role: role, id: String(words[1]), firstNode: first, nodes: nodes)
    }
  }
}
