/// A state change of a unit, for the log that explains its current state.
public struct Transition: Hashable, Sendable {
  /// The state of a unit, as stored in the ledger.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// Nobody holds it; it is queued.
    case waiting
    /// `worker` holds it under `attempt`.
    case leased
    /// All its interferograms have outcomes.
    case done
    /// Its interferograms continue in two other units.
    case split
    /// Its single interferogram is quarantined.
    case quarantined
    /// No worker could read its open interferograms.
    case unreadable
  }

  /// What caused the change.
  public enum Stimulus: String, Hashable, Sendable, CaseIterable {
    /// A worker had room.
    case room
    /// Near the end an idle worker took a copy.
    case copy
    /// A result with everything that was open.
    case result
    /// A partial result of a draining worker.
    case part
    /// Another holder's result arrived first.
    case overtaken
    /// The worker's process ended, or its connection closed.
    case lost
    /// The worker fell silent.
    case silent
    /// The worker sent heartbeats without progress.
    case stalled
    /// The worker held one lease for too long, whatever its progress.
    case overdue
    /// The worker's heartbeats stopped naming the lease.
    case expired
    /// The worker left on its own.
    case left
    /// A worker recomputes something to show that its slot is sound.
    case probe
    /// A worker recomputes something to verify another's result.
    case check
    /// A worker had room for a unit that another could not read.
    case retry
    /// A result that reports the open interferograms as unreadable.
    case unreadable
    /// The worker could read nothing, and was set aside.
    case aside
    /// An invalid result.
    case invalid
    /// An evicted worker reconnected and still held the lease.
    case resumed
  }

  /// The unit that changed.
  public var unit: UnitID
  /// 0 if no lease of this unit and epoch is involved, as when a result of its parent decides it.
  public var attempt: Int
  /// `nil` if no lease is involved.
  public var worker: WorkerID?
  /// The state before.
  public var from: State
  /// The state after; may equal ``from``.
  public var to: State
  /// What caused the change.
  public var stimulus: Stimulus

  public init(unit: UnitID, attempt: Int, worker: WorkerID?, from: State, to: State, stimulus: Stimulus) {
    self.unit = unit
    self.attempt = attempt
    self.worker = worker
    self.from = from
    self.to = to
    self.stimulus = stimulus
  }
}
