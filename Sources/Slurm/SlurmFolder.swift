import Files
import Foundation

/// What a run folder holds for Slurm: `slurm/`, with the settings and scripts of its jobs and their numbers.
public struct SlurmFolder: Sendable {
  public let url: URL

  /// - Parameter run: the run folder.
  public init(run: URL) {
    url = run.appending(path: "slurm")
  }

  public var settings: URL { url.appending(path: "settings") }
  /// There when the sweep is over, so that workers that come late leave.
  public var over: URL { url.appending(path: "over") }
  private var jobs: URL { url.appending(path: "jobs") }

  public func script(_ role: Submission.Role) -> URL { url.appending(path: "\(role.rawValue).sbatch") }

  /// A job that was submitted for the run.
  public struct SubmittedJob: Hashable, Sendable {
    public let role: Submission.Role
    public let id: String
    /// The number of its first node.
    public let firstNode: Int
    /// Nodes of workers.
    public let nodes: Int

    public init(role: Submission.Role, id: String, firstNode: Int, nodes: Int) {
      self.role = role
      self.id = id
      self.firstNode = firstNode
      self.nodes = nodes
    }
  }

  /// Copies the scripts and writes the settings, so that the jobs depend on nothing but the run folder.
  ///
  /// - Parameters:
  ///   - submission: what is about to be submitted.
  ///   - scripts: the folder `cluster`.
  ///   - volcsweep: this program.
  /// - Throws: what the file system says.
  public func prepare(_ submission: Submission, scripts: URL, volcsweep: String) throws {
    let run = url.deletingLastPathComponent()
    try OwnFolder.make(run)
    for folder in [url, run.appending(path: "logs")] { try OwnFolder.make(folder, isInside: true) }
    TemporaryFiles.removeStale(in: url.path, isLocked: false)
    let names = ["slurm/sweep.sbatch", "slurm/coordinator.sbatch", "slurm/workers.sbatch", "slurm/functions.sh"]
    for name in names + ["worker-loop.sh"] {
      let source = scripts.appending(path: name)
      // A job that runs has its script open; what replaces it is another file.
      let target = url.appending(path: source.lastPathComponent)
      try AtomicFile.replace(target.path, with: Data(contentsOf: source), permissions: 0o700)
    }
    try AtomicFile.replace(settings.path, with: Data(submission.settings(volcsweep: volcsweep).utf8))
  }

  /// Begins a list of jobs, in place of an earlier one.
  public func begin() throws {
    unlink(over.path)
    try AtomicFile.replace(jobs.path, with: Data())
  }

  /// Notes a job that was submitted; durable when this returns.
  public func note(_ job: SubmittedJob) throws {
    let line = "\(job.role.rawValue) \(job.id) \(job.firstNode) \(job.nodes)\n"
    let noted = FileManager.default.fileExists(atPath: jobs.path) ? try Data(contentsOf: jobs) : Data()
    try AtomicFile.replace(jobs.path, with: noted + Data(line.utf8))
  }

  /// The jobs that were submitted last; none where none were.
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
