import Foundation
import Jobs

/// The Slurm jobs of one sweep, with their `sbatch` arguments. A pure value: no input or output.
public struct Submission: Sendable {
  /// The task of a job.
  public enum Role: String, Sendable {
    /// Coordinator and workers in one job.
    case sweep
    /// The coordinator alone.
    case coordinator
    /// A job array; each task is one node of workers.
    case workers
  }

  /// How the sweep is divided into jobs.
  public enum Form: Sendable {
    /// One job that holds coordinator and workers.
    case oneJob
    /// A coordinator and an array of nodes that may come and go.
    case elastic
    /// More nodes for an elastic sweep whose coordinator exists already.
    case moreWorkers
  }

  /// One invocation of `sbatch`.
  public struct Request: Hashable, Sendable {
    /// The task of the job.
    public let role: Role
    /// The arguments of `sbatch`.
    public let arguments: [String]
  }

  /// What to sweep.
  public let job: Job
  /// Where to sweep it.
  public let site: SlurmSite
  /// How the sweep is divided into jobs.
  public let form: Form
  /// Number of worker nodes, at least 1.
  public let nodes: Int
  /// Time limit of each job.
  public let time: SlurmTime
  /// The lowest node number that has no key in the run yet.
  public let firstNode: Int

  /// - Parameters:
  ///   - job: what to sweep.
  ///   - site: the settings of the site.
  ///   - form: how the sweep is divided into jobs.
  ///   - nodes: worker nodes; the coordinator of an elastic sweep takes a few CPUs of one more.
  ///   - time: limit of each job, after which it requeues itself.
  ///   - firstNode: number of the first node; above 1 for nodes that join others.
  public init(job: Job, site: SlurmSite, form: Form, nodes: Int, time: SlurmTime, firstNode: Int = 1) {
    self.job = job
    self.site = site
    self.form = form
    self.nodes = nodes
    self.time = time
    self.firstNode = firstNode
  }

  /// The invocations of `sbatch`, in order.
  public var requests: [Request] {
    switch form {
    case .oneJob: [request(.sweep)]
    case .elastic: [request(.coordinator), request(.workers)]
    case .moreWorkers: [request(.workers)]
    }
  }

  private func request(_ role: Role) -> Request {
    let folder = SlurmFolder(run: job.run)
    // `%` starts one of Slurm's filename patterns; `%%` stands for one.
    let logs = job.run.appending(path: "logs").path.replacing("%", with: "%%")
    var words = [
      "--parsable", "--job-name=volcsweep-\(role.rawValue)", "--time=\(time)", "--requeue", "--open-mode=append",
      "--signal=B:USR1@\(site.warningSeconds)",
      "--output=\(logs)/slurm-\(role.rawValue)-%\(role == .workers ? "A_%a" : "j").out",
    ]
    let partition = role == .coordinator ? site.coordinatorPartition ?? site.partition : site.partition
    let wishes = [
      ("partition", partition), ("account", site.account), ("qos", site.quality), ("constraint", site.constraint),
      ("mem-per-cpu", site.memoryPerCPUMegabytes.map { "\($0)M" }),
    ]
    words += wishes.compactMap { name, value in value.map { "--\(name)=\($0)" } }
    switch role {
    case .coordinator: words += ["--nodes=1", "--ntasks=1", "--cpus-per-task=\(site.coordinatorCPUs)"]
    case .sweep: words += ["--nodes=\(nodes)", "--no-kill"] + nodeWords
    case .workers: words += ["--array=\(firstNode)-\(firstNode + nodes - 1)", "--nodes=1"] + nodeWords
    }
    words += site.options
    return Request(role: role, arguments: words + [folder.script(role).path, folder.settings.path])
  }

  private var nodeWords: [String] {
    guard let workersPerNode else { return ["--exclusive"] }
    return ["--ntasks-per-node=\(workersPerNode)", "--cpus-per-task=\(site.cpusPerWorker)"]
  }

  /// `nil` means as many as a whole node has room for.
  private var workersPerNode: Int? { site.cpusPerNode.map { $0 / site.cpusPerWorker } }

  /// The settings file of the jobs' scripts: the site's setup lines, then shell assignments.
  ///
  /// - Parameter volcsweep: path of this program.
  /// - Returns: the file's text.
  public func settings(volcsweep: String) -> String {
    let assignments = [
      ("volcsweep", volcsweep), ("job", job.file.path), ("run", job.run.path),
      ("listen", job.listen ?? site.listen),
      ("over", SlurmFolder(run: job.run).over.path),
    ]
    var lines = ["# Written by volcsweep slurm submit."] + foreignLines
    lines += assignments.map { "\($0)=\(Self.quoted($1))" }
    lines += [
      "scratch=\"\(site.scratch)\"", "workers_per_node=\(workersPerNode.map(String.init) ?? "")",
      "cpus_per_worker=\(site.cpusPerWorker)", "patience_seconds=\(site.timeoutSeconds)",
      "log_format=\(site.logsJSON ? "json" : "text")",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The site's setup lines. They are written for a shell without options and may leave variables
  /// and options that the scripts do not expect, so they come before the settings.
  private var foreignLines: [String] {
    var lines: [String] = []
    if !site.modules.isEmpty {
      lines += [
        "command -v module >/dev/null || . /etc/profile", "module load \(site.modules.joined(separator: " "))",
      ]
    }
    lines += site.setup
    guard !lines.isEmpty else { return [] }
    return ["set +eu"] + lines + ["set +ef -u +o pipefail", "unset IFS"]
  }

  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
