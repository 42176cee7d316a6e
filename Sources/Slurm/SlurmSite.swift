/// What a site's Slurm wants to know, and what volcsweep should know of the site: `cluster/slurm/site.example`.
public struct SlurmSite: Hashable, Sendable {
  public var partition: String?
  public var account: String?
  public var quality: String?
  public var constraint: String?
  /// Where the coordinator of an elastic sweep runs, if not in ``partition``.
  public var coordinatorPartition: String?
  /// Further options of `sbatch`, a word each.
  public var options: [String] = []
  /// Names for `module load`.
  public var modules: [String] = []
  /// Shell lines that every job runs first.
  public var setup: [String] = []
  /// A folder on each node's own disk, in which variables like `$TMPDIR` are put in there.
  public var scratch = "${TMPDIR:-/tmp}"
  /// CPUs asked of each node; `nil` asks for whole nodes.
  public var cpusPerNode: Int?
  public var cpusPerWorker = 1
  /// What is asked for each CPU, MB; `nil` leaves it to the site.
  public var memoryPerCPUMegabytes: Int?
  public var coordinatorCPUs = 2
  /// Where the coordinator listens on its node.
  public var listen = "tcp://*:0"
  /// Whether coordinators and workers log as JSON, an object a line.
  public var logsJSON = false
  /// Seconds before the time limit at which a job hands over.
  public var warningSeconds = 180
  /// How long a worker waits for a coordinator, seconds.
  public var patienceSeconds = 3600

  public init() {}
}
