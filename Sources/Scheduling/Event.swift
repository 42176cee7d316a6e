/// What the scheduler is told.
public enum Event: Hashable, Sendable {
  /// A worker is ready for leases.
  case workerJoined(WorkerID)
  /// A worker lives; `computing` is the lease its compute thread works on, `progress` rises with each of its steps.
  case heartbeat(WorkerID, computing: Lease?, progress: UInt64)
  /// A worker returns a lease with the outcomes of `interferograms`: all of the unit's, or fewer when it drained.
  case result(WorkerID, Lease, interferograms: [InterferogramNumber])
  /// A worker's process ended, or its connection is known to be gone.
  case workerLost(WorkerID, cause: String)
  /// A worker leaves of its own will; what it holds goes back without blame.
  case workerLeft(WorkerID)
  /// Time passed.
  case tick
  /// Hand out nothing more; end when nothing is out.
  case drain
}

/// What the scheduler wants done, in this order.
public enum Action: Hashable, Sendable {
  /// Hand the unit to the worker.
  case assign(WorkerID, WorkUnit, attempt: Int)
  /// Write the outcomes of these interferograms, all that this result decides, then acknowledge the lease. Outcomes
  /// of the result that are not listed were decided before and are dropped.
  case record(WorkerID, Lease, interferograms: [InterferogramNumber])
  /// Tell the worker that the lease is not wanted any more.
  case revoke(WorkerID, Lease)
  /// Tell the worker that there is no place for it.
  case refuse(WorkerID)
  /// The worker is given up for dead; kill it if it runs here.
  case evict(WorkerID, cause: String)
  /// Write that the interferogram cost its worker each time, standing alone.
  case quarantine(InterferogramNumber, cause: String)
  /// Every interferogram has its outcome, or the sweep is drained.
  case finish
}
