import Interferometry

/// Everything the ledger knows about how one interferogram reached its state.
public struct InterferogramHistory: Sendable {
  /// A unit that contained it.
  public struct Unit: Hashable, Sendable {
    /// The unit's number.
    public let id: UInt64
    /// Number of interferograms when the unit was created.
    public let interferograms: Int
    /// Lost workers attributed to it, in units of faint losses.
    public let blame: Int
    /// The units it was split into; empty if it was not.
    public let children: [UInt64]
  }

  /// A state change of one of these units.
  public struct Step: Hashable, Sendable {
    /// The coordinator's epoch.
    public let epoch: Int
    /// The unit that changed.
    public let unit: UInt64
    /// 0 if no lease was involved.
    public let attempt: Int
    /// `nil` if none was involved.
    public let worker: KnownWorker?
    /// State before, a raw value of `Scheduling.Transition.State`.
    public let from: String
    /// State after, a raw value of `Scheduling.Transition.State`.
    public let to: String
    /// Cause, a raw value of `Scheduling.Transition.Stimulus`.
    public let stimulus: String
    /// More about the cause; empty for ordinary steps.
    public let detail: String
    /// Milliseconds since 1970.
    public let time: Int64
  }

  /// One session of a coordinator.
  public struct Epoch: Hashable, Sendable {
    /// Counted from 1.
    public let number: Int
    /// Name of the coordinator's machine.
    public let host: String
    /// Process number on that machine.
    public let pid: Int
    /// ISO 8601.
    public let started: String
    /// ISO 8601; `nil` for one that still runs or was killed.
    public let ended: String?
  }

  /// How the outcome was computed.
  public struct Execution: Hashable, Sendable {
    /// Epoch of the coordinator that recorded it.
    public let epoch: Int
    /// 0 if no lease led to it.
    public let unit: UInt64
    /// Attempt number of the lease, from 1; 0 for none.
    public let attempt: Int
    /// The worker that delivered it; `nil` for none.
    public let worker: KnownWorker?
    /// When it was recorded, milliseconds since 1970.
    public let recorded: Int64
    /// Time spent in each stage, seconds.
    public let seconds: StageSeconds
  }

  /// The outcome at the end of a scoring by an earlier model.
  public struct Earlier: Hashable, Sendable {
    /// Number of the scoring, from 1.
    public let scoring: Int
    /// The model's name and version.
    public let model: String
    /// SHA-256, hexadecimal.
    public let modelSHA256: String
    /// The outcome then.
    public let outcome: Outcome
  }

  /// The interferogram's number in the plan.
  public let number: Int
  /// Volcano, frame and dates.
  public let id: InterferogramID
  /// The stack's file in the archive.
  public let file: String
  /// From the unit of the original plan to the last one; empty in ledgers from before units were stored.
  public let units: [Unit]
  /// Steps of all these units, in the order they were written.
  public let steps: [Step]
  /// All coordinators of the sweep.
  public let epochs: [Epoch]
  /// `nil` while it is open.
  public let outcome: Outcome?
  /// How the outcome was computed; `nil` while it is open or if no worker computed it.
  public let execution: Execution?
  /// Later results of it that differed.
  public let differences: [KnownDifference]
  /// Outcomes under earlier scorings, oldest first.
  public let earlier: [Earlier]
  /// Withdrawn outcomes, oldest first.
  public let withdrawals: [KnownWithdrawal]
  /// Changes of its pixels and of its membership in the plan, oldest first.
  public let inputChanges: [InputChange]
}
