/// An input of the scheduler.
public enum Event: Hashable, Sendable {
  /// A worker is ready for leases.
  case workerJoined(WorkerID, at: WorkerSeat = .unknown)
  /// A worker is alive. `holding` lists all leases it knows of, including results not yet acknowledged, and
  /// renews them; `computing` is the lease its compute thread works on; `progress` rises with each step of it.
  case heartbeat(WorkerID, holding: [Lease], computing: Lease?, progress: UInt64)
  /// A worker returns a lease with outcomes of `interferograms`: all of the unit's, or fewer when it drains and
  /// wants no more. `rejected` lists those it could not score, with reasons; `unreadable` describes the
  /// interferograms it could not read. The worker may have been evicted since, and the lease may belong to an
  /// older epoch.
  case result(
    WorkerID, Lease, interferograms: [InterferogramNumber], rejected: [InterferogramNumber: String] = [:],
    unreadable: Trouble? = nil, isDraining: Bool = false)
  /// The answer to ``Action/compare(_:_:)``; `nil` if there was nothing to compare with.
  case verdict(Lease, agrees: Bool?)
  /// The answer to ``Action/distrust(_:reason:)``: the worker's results that count and were never confirmed.
  case brought(WorkerID, [BroughtUnit])
  /// A worker returns a lease with invalid outcomes: wrong shapes, values out of range, NaN.
  case invalidResult(WorkerID, Lease, reason: String)
  /// A worker's process ended, or its connection is closed for good.
  case workerLost(WorkerID, Loss)
  /// No worker has seen the archive for ``SchedulingLimits/archiveSeconds``.
  case archiveLost
  /// A worker leaves on its own; its leases return without blame.
  case workerLeft(WorkerID)
  /// Time passed.
  case tick
  /// Assign nothing more; finish when no lease is left.
  case drain
}

/// How a worker was lost.
public struct Loss: Hashable, Sendable {
  /// How strongly the loss suggests that the unit caused it.
  public enum Evidence: Hashable, Sendable {
    /// The process crashed, exited or hung: the unit it computed gets the full blame.
    case strong
    /// It was killed from outside or fell silent, which says little about the unit:
    /// ``SchedulingLimits/faintLossesPerLoss`` of these weigh as much as a strong one.
    case faint
  }

  /// How strongly the loss suggests that the unit caused it.
  public var evidence: Evidence
  /// For the log: signal, exit status, last stage, memory.
  public var cause: String
  /// The lease it was computing, if known for certain; otherwise its last heartbeat decides.
  public var computing: Lease?

  public init(_ evidence: Evidence, cause: String, computing: Lease? = nil) {
    self.evidence = evidence
    self.cause = cause
    self.computing = computing
  }
}
