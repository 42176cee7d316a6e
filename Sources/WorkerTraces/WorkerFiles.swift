import Names

/// The files of workers in a run's folder for logs.
public enum WorkerFiles {
  /// A worker's log that is longer is cut to its last part, bytes.
  public static let logLimitBytes = 8 << 20
  /// A log that is longer when its place's next worker starts is put aside as the earlier one, bytes.
  public static let logTurnBytes = 1 << 20

  /// See ``WorkerPlaces``.
  public static let places = "places.lock"

  /// See ``BlackBox``.
  public static func blackBox(ofPlace place: Int) -> String { "worker-\(place).at-hand" }

  /// What a place's workers wrote to standard error.
  public static func log(ofPlace place: Int) -> String { "worker-\(place).log" }

  /// The log before that.
  public static func earlierLog(ofPlace place: Int) -> String { "worker-\(place).earlier.log" }

  /// What a worker that no sweep started wrote to standard error, where it was told to leave that in the run folder.
  /// The name is to be found from how logs and ledger call the worker: `HOST:PID`, or `KEY@HOST:PID`.
  public static func log(ofHost host: String, pid: Int32) -> String {
    let name = PathComponent.problem(host) == nil ? host : "unnamed-host"
    return "\(name)-\(pid).log"
  }
}
