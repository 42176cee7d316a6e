/// What the scheduler is told.
public enum Event: Hashable, Sendable {
  /// A worker is ready for leases.
  case workerJoined(WorkerID, at: WorkerSeat = .unknown)
  /// A worker lives. `holding` are all leases it knows of, results without acknowledgement included, and renews
  /// them; `computing` is the one its compute thread works on, `progress` rises with each of its steps.
  case heartbeat(WorkerID, holding: [Lease], computing: Lease?, progress: UInt64)
  /// A worker returns a lease with the outcomes of `interferograms`: all of the unit's, or fewer when it drains and wants
  /// no more. `rejected` are those among them that it could not score, with its reasons; `unreadable` is what it could
  /// not read of the others. The worker may have been given up since, and the lease may be of an older epoch.
  case result(
    WorkerID, Lease, interferograms: [InterferogramNumber], rejected: [InterferogramNumber: String] = [:],
    unreadable: Trouble? = nil, isDraining: Bool = false)
  /// What the comparison that ``Action/compare(_:_:)`` asked for came to; `nil` where there was nothing to compare with.
  case verdict(Lease, agrees: Bool?)
  /// The answer to ``Action/distrust(_:reason:)``: what counts of the worker's results and was never confirmed.
  case brought(WorkerID, [BroughtUnit])
  /// A worker returns a lease with outcomes that no worker can come to: shapes, ranges, numbers that are none.
  case invalidResult(WorkerID, Lease, reason: String)
  /// A worker's process ended, or its connection is known to be gone.
  case workerLost(WorkerID, Loss)
  /// No worker sees the archive, and that has been waited for long enough.
  case archiveLost
  /// A worker leaves of its own will; what it holds goes back without blame.
  case workerLeft(WorkerID)
  /// Time passed.
  case tick
  /// Hand out nothing more; end when nothing is out.
  case drain
}

/// How a worker was lost.
public struct Loss: Hashable, Sendable {
  /// How much the loss says about what the worker computed.
  public enum Evidence: Hashable, Sendable {
    /// The process crashed, ended by itself or hung: what it computed is blamed in full.
    case strong
    /// It was killed from outside or fell silent, which says little: ``SchedulingLimits/faintLossesPerLoss`` of
    /// these weigh as much as a strong one.
    case faint
  }

  public var evidence: Evidence
  /// In words, for people: signal, exit status, last stage, memory.
  public var cause: String
  /// What it was computing where that is known for certain; else its last heartbeat says.
  public var computing: Lease?

  public init(_ evidence: Evidence, cause: String, computing: Lease? = nil) {
    self.evidence = evidence
    self.cause = cause
    self.computing = computing
  }
}
