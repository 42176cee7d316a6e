import Scheduling

/// A worker as the coordinator's socket knows it.
struct Peer {
  /// The number of its present stay with the scheduler; `nil` before it is ready and after it was given up.
  var worker: WorkerID?
  var host = ""
  var pid: Int32 = 0
  /// For logs and the ledger.
  var name: String { "\(host):\(pid)" }
}
