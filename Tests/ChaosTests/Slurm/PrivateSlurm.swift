import Foundation

/// A Slurm cluster on this machine, of this test alone: an own munge key, a controller, and nodes that are daemons with
/// ports of their own.
final class PrivateSlurm {
  /// Where one is tried at most this often until it answers.
  private static let timeoutSeconds = 60.0

  let folder: URL
  let nodes: [String]
  private let networks: NetworkNamespaces?
  private var daemons: [String: Program] = [:]
  private var configuration: URL { folder.appending(path: "slurm.conf") }

  /// What programs that use the cluster need in their environment.
  var environment: [String: String] { ["SLURM_CONF": configuration.path] }

  /// Starts a cluster and waits until its nodes are idle.
  ///
  /// - Parameters:
  ///   - count: nodes.
  ///   - cpus: CPUs that each says it has.
  ///   - folder: made anew; its path stands in the daemons' arguments.
  ///   - networks: one for each node; `nil` for nodes that share this machine's.
  /// - Throws: ``NotPossible`` where Slurm is missing or nobody may start it.
  init(nodes count: Int, cpus: Int, in folder: URL, networks: NetworkNamespaces? = nil) throws {
    try Self.check()
    self.folder = folder
    self.networks = networks
    nodes = (1...count).map { "n\($0)" }
    try prepare(cpus: cpus)
    try startMunge()
    try start("slurmctld", ["-D", "-f", configuration.path])
    for node in nodes { try startNode(node) }
    try until("the cluster's nodes are idle", within: Self.timeoutSeconds, everyMilliseconds: 200) {
      for (name, daemon) in daemons where !daemon.isRunning {
        throw CaseFailure("\(name) ended: \(log(name).suffix(500))")
      }
      let states = try? run(["sinfo", "--noheader", "--Node", "--partition=main", "--format=%T"])
      return states?.split(separator: "\n").count { $0 == "idle" } == count
    }
  }

  /// - Throws: ``NotPossible`` where Slurm is missing or nobody may start it.
  static func check() throws {
    guard geteuid() == 0 else { throw NotPossible(description: "a Slurm cluster of one's own needs root") }
    for tool in ["munged", "slurmctld", "slurmd", "sbatch"] where path(of: tool) == nil {
      throw NotPossible(description: "\(tool) is not there; make test-slurm installs it")
    }
  }

  deinit { end() }

  /// Stops everything, the jobs' processes too.
  func end() {
    Leftovers.endProcesses(of: folder)
    for daemon in daemons.values { daemon.end() }
    daemons.removeAll()
  }

  /// Runs one of Slurm's programs against this cluster.
  @discardableResult func run(_ words: [String]) throws -> String {
    try SystemTool.run(["env", "SLURM_CONF=\(configuration.path)"] + words)
  }

  /// Kills a node as a power cut would: its daemon, and every step and process that it started.
  func killNode(_ node: String) throws {
    guard let daemon = daemons.removeValue(forKey: node) else { throw CaseFailure("there is no node \(node)") }
    daemon.send(SIGKILL)
    // Step daemons have the node's name among their words, and those they started have it in their environment.
    var doomed: Set<ProcessEntry> = []
    let all = ProcessEntry.all()
    for entry in all where entry.environment["SLURMD_NODENAME"] == node && isOurs(entry) { doomed.insert(entry) }
    for entry in all where entry.commandLine.first?.contains("slurmstepd") == true {
      if all.contains(where: { $0.parent == entry.pid && doomed.contains($0) }) { doomed.insert(entry) }
    }
    for entry in doomed { kill(entry.pid, SIGKILL) }
    daemon.end()
  }

  /// Starts a node's daemon, anew after it was killed.
  func startNode(_ node: String) throws {
    let words = ["slurmd", "-D", "-N", node, "-f", configuration.path]
    guard let networks, let index = nodes.firstIndex(of: node) else {
      return try start(words[0], Array(words.dropFirst()), name: node)
    }
    try start(NetworkNamespaces.tool, networks.command(index) + words, name: node)
  }

  private func isOurs(_ entry: ProcessEntry) -> Bool { entry.environment["SLURM_CONF"] == configuration.path }

  private func start(_ tool: String, _ words: [String], name: String? = nil) throws {
    let log = folder.appending(path: "\(name ?? tool).log")
    daemons[name ?? tool] = try Program(tool, words, output: log, errors: log, environment: environment)
  }

  private func log(_ name: String) -> String {
    (try? String(contentsOf: folder.appending(path: "\(name).log"), encoding: .utf8)) ?? ""
  }

  private func prepare(cpus: Int) throws {
    let manager = FileManager.default
    for name in ["", "state", "spool", "munge"] {
      try manager.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    // munged serves nobody from a folder that others can write to or cannot enter.
    for name in ["", "munge"] { chmod(folder.appending(path: name).path, 0o755) }
    let key = folder.appending(path: "munge/key")
    try Data((0..<1024).map { _ in UInt8.random(in: 0...255) }).write(to: key)
    chmod(key.path, 0o400)
    let ports = try Self.freePorts(nodes.count + 1)
    try Data(configurationText(cpus: cpus, ports: ports).utf8).write(to: configuration)
  }

  private func startMunge() throws {
    let munge = folder.appending(path: "munge").path
    try start(
      "munged",
      [
        "-F", "--force", "--key-file=\(munge)/key", "--socket=\(munge)/socket", "--pid-file=\(munge)/pid",
        "--log-file=\(munge)/log", "--seed-file=\(munge)/seed", "--num-threads=2",
      ])
    try until("munged listens", within: Self.timeoutSeconds) {
      FileManager.default.fileExists(atPath: "\(munge)/socket")
    }
  }

  private func configurationText(cpus: Int, ports: [UInt16]) -> String {
    let host = ProcessInfo.processInfo.hostName
    var lines = [
      "ClusterName=volcsweep", "SlurmctldHost=\(host)(\(networks?.hostAddress ?? "127.0.0.1"))",
      "SlurmctldPort=\(ports[0])", "SlurmUser=root",
      "SlurmdUser=root", "AuthType=auth/munge", "CredType=cred/munge",
      // A requeued job waits until credentials of its first run have gone.
      "AuthInfo=socket=\(folder.path)/munge/socket,cred_expire=5",
      "StateSaveLocation=\(folder.path)/state", "SlurmdSpoolDir=\(folder.path)/spool/%n",
      "SlurmctldPidFile=\(folder.path)/slurmctld.pid", "SlurmdPidFile=\(folder.path)/%n.pid",
      "SlurmdLogFile=\(folder.path)/%n.log", "SlurmctldLogFile=\(folder.path)/slurmctld.log",
      "ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none", "JobAcctGatherType=jobacct_gather/none",
      "AccountingStorageType=accounting_storage/none", "MpiDefault=none", "SelectType=select/cons_tres",
      "SelectTypeParameters=CR_CPU", "ReturnToService=2", "SlurmdTimeout=10", "KillWait=5", "InactiveLimit=0",
      "SchedulerParameters=sched_interval=1,batch_sched_delay=0", "PreemptType=preempt/partition_prio",
      "PreemptMode=REQUEUE",
      // Nodes say that they have more CPUs than the machine.
      "SlurmdParameters=config_overrides",
    ]
    for (index, (node, port)) in zip(nodes, ports.dropFirst()).enumerated() {
      let address = networks?.address(index) ?? "127.0.0.1"
      lines.append("NodeName=\(node) NodeHostname=\(host) NodeAddr=\(address) Port=\(port) CPUs=\(cpus)")
    }
    lines += [
      "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1",
      "PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10",
      "PartitionName=later Nodes=ALL MaxTime=INFINITE State=DOWN PriorityTier=1",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Ports that nobody listens at just now, all different.
  private static func freePorts(_ count: Int) throws -> [UInt16] {
    let listeners = try (0..<count).map { _ in try StreamAddress.tcp("127.0.0.1", port: 0).listen() }
    defer { for listener in listeners { close(listener.0) } }
    return listeners.compactMap { if case .tcp(_, let port) = $0.1 { port } else { nil } }
  }

  private static func path(of tool: String) -> String? {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin"].map { "\($0)/\(tool)" }
      .first { access($0, X_OK) == 0 }
  }
}
