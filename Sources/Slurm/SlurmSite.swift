/// Settings of a site: what its Slurm needs, and what volcsweep must know about it; see
/// `cluster/slurm/site.example`.
public struct SlurmSite: Hashable, Sendable {
  /// `--partition`; `nil` for the site's default.
  public var partition: String?
  /// `--account`; `nil` for the user's default.
  public var account: String?
  /// `--qos`; `nil` for the site's default.
  public var quality: String?
  /// `--constraint`; `nil` for none.
  public var constraint: String?
  /// Partition for the coordinator of an elastic sweep; `nil` means ``partition``.
  public var coordinatorPartition: String?
  /// Further options of `sbatch`, one word each.
  public var options: [String] = []
  /// Names for `module load`.
  public var modules: [String] = []
  /// Shell lines that every job runs before anything else.
  public var setup: [String] = []
  /// A folder on each node's local disk; variables such as `$TMPDIR` are expanded on the node.
  public var scratch = "${TMPDIR:-/tmp}"
  /// CPUs requested per node; `nil` requests whole nodes.
  public var cpusPerNode: Int?
  /// CPUs per worker process.
  public var cpusPerWorker = 1
  /// Memory requested per CPU, MB; `nil` leaves it to the site.
  public var memoryPerCPUMegabytes: Int?
  /// CPUs for the coordinator of an elastic sweep.
  public var coordinatorCPUs = 2
  /// Endpoint on which the coordinator listens on its node.
  public var listen = "tcp://*:0"
  /// Whether coordinators and workers log as JSON, one object per line.
  public var logsJSON = false
  /// Seconds before the time limit at which a job stops and requeues itself.
  public var warningSeconds = 180
  /// Seconds that a worker waits for a coordinator.
  public var timeoutSeconds = 3600

  public init() {}
}
