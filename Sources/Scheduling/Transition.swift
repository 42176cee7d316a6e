/// One step in a unit's life, for the log that answers why it is where it is.
public struct Transition: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// In nobody's hands, in the queue.
    case waiting
    /// In the hands of `worker` under `attempt`.
    case leased
    /// Every interferogram of it has its outcome.
    case done
    /// Its interferograms went on in two other units.
    case split
    /// Its one interferogram was put aside.
    case quarantined
    /// No worker could read what was open of it.
    case unreadable
  }

  /// What brought it about.
  public enum Stimulus: String, Hashable, Sendable, CaseIterable {
    /// A worker had room.
    case room
    /// Near the end an idle worker took a copy.
    case copy
    /// A result with all that was open.
    case result
    /// A result with a part of it, from a worker that drained.
    case part
    /// Another holder's result came first.
    case overtaken
    /// The worker's process ended, or its connection went.
    case lost
    /// The worker fell silent.
    case silent
    /// The worker beat without progress.
    case stalled
    /// The worker had one lease for too long, whatever it said of its progress.
    case overdue
    /// The worker's heartbeats did not name the lease any more.
    case expired
    /// The worker left of its own will.
    case left
    /// A worker computes something again to show that its place is sound.
    case probe
    /// A worker computes something again to show whether another's result is true.
    case check
    /// A worker had room for a unit that another could not read.
    case retry
    /// A result that says of what was open that it cannot be read.
    case unreadable
    /// The worker reads nothing, and was set aside.
    case aside
    /// A result that cannot be.
    case invalid
    /// A worker given up came back with the lease still in its hands.
    case resumed
  }

  public var unit: UnitID
  /// 0 where no lease of this unit and epoch is meant, as when a result of the unit it was split from decides it.
  public var attempt: Int
  /// `nil` where no lease is meant.
  public var worker: WorkerID?
  public var from: State
  public var to: State
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
