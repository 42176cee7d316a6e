import Names

/// Names of workers' files in a run's folder of logs.
public enum WorkerFiles {
  /// Size above which a running worker's log is truncated to its last part, bytes.
  public static let logLimitBytes = 8 << 20
  /// Size above which a log is renamed when the slot's next worker starts, bytes.
  public static let logTurnBytes = 1 << 20

  /// File of ``WorkerSlots``.
  public static let slots = "places.lock"

  /// File of a slot's ``BlackBox``.
  public static func blackBox(ofSlot slot: Int) -> String { "worker-\(slot).at-hand" }

  /// Standard error of a slot's workers.
  public static func log(ofSlot slot: Int) -> String { "worker-\(slot).log" }

  /// The previous log of a slot.
  public static func earlierLog(ofSlot slot: Int) -> String { "worker-\(slot).earlier.log" }

  /// Standard error of a worker that was not started by a sweep, if it logs to the run folder. The name follows
  /// from the worker's name in logs and ledger: `HOST:PID`, or `KEY@HOST:PID`.
  public static func log(ofHost host: String, pid: Int32) -> String {
    let name = PathComponent.problem(host) == nil ? host : "unnamed-host"
    return "\(name)-\(pid).log"
  }
}
