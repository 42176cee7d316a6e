import Foundation
import Jobs

/// What is asked of Slurm for one sweep: which jobs, each with the words for `sbatch`. A value, without any input or
/// output.
public struct Submission: Sendable {
  /// What a job of a sweep does.
  public enum Role: String, Sendable {
    /// Coordinator and workers in one job.
    case sweep
    case coordinator
    /// An array, each element of which is a node of workers.
    case workers
  }

  /// How the sweep is spread over jobs.
  public enum Form: Sendable {
    case oneJob
    /// A coordinator and an array of nodes, which come and go.
    case elastic
    /// More nodes for an elastic sweep that has its coordinator.
    case moreWorkers
  }

  /// One call of `sbatch`.
  public struct Request: Hashable, Sendable {
    public let role: Role
    /// The words after `sbatch`.
    public let arguments: [String]
  }

  public let job: Job
  public let site: SlurmSite
  public let form: Form
  public let nodes: Int
  public let time: SlurmTime
  /// The first number that no node of the run has a key by.
  public let firstNode: Int

  /// - Parameters:
  ///   - job: what to sweep.
  ///   - site: where.
  ///   - form: in one job or in several.
  ///   - nodes: nodes of workers; the coordinator of an elastic sweep takes a few CPUs of one more.
  ///   - time: the limit of each job, after which it hands over to itself.
  ///   - firstNode: the number of the first node; more than 1 for nodes that join others.
  public init(job: Job, site: SlurmSite, form: Form, nodes: Int, time: SlurmTime, firstNode: Int = 1) {
    self.job = job
    self.site = site
    self.form = form
    self.nodes = nodes
    self.time = time
    self.firstNode = firstNode
  }

  /// What to ask `sbatch` for, in this order.
  public var requests: [Request] {
    switch form {
    case .oneJob: [request(.sweep)]
    case .elastic: [request(.coordinator), request(.workers)]
    case .moreWorkers: [request(.workers)]
    }
  }

  private func request(_ role: Role) -> Request {
    let folder = SlurmFolder(run: job.run)
    // A percent sign begins one of Slurm's own patterns; two stand for one.
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

  /// `nil` for as many as a whole node has room for.
  private var workersPerNode: Int? { site.cpusPerNode.map { $0 / site.cpusPerWorker } }

  /// The settings that the jobs' scripts read: the lines that the site wants run first, and shell assignments.
  ///
  /// - Parameter volcsweep: this program.
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
      "cpus_per_worker=\(site.cpusPerWorker)", "patience_seconds=\(site.patienceSeconds)",
      "log_format=\(site.logsJSON ? "json" : "text")",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// The site's lines, which are written for a shell without options, and may leave behind variables and options that
  /// the jobs' scripts do not expect: they come before the settings.
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
