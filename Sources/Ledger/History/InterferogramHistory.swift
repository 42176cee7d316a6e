import Interferometry

/// All that a ledger knows of how one interferogram came to where it is.
public struct InterferogramHistory: Sendable {
  /// A unit that held it.
  public struct Unit: Hashable, Sendable {
    public let id: UInt64
    /// How many interferograms it held when it was cut.
    public let interferograms: Int
    /// How many workers' losses are put down to it.
    public let blame: Int
    /// The units it was split into; empty for one that was not.
    public let children: [UInt64]
  }

  /// A step of one of these units.
  public struct Step: Hashable, Sendable {
    public let epoch: Int
    public let unit: UInt64
    /// 0 where no lease is meant.
    public let attempt: Int
    /// `nil` where none is meant.
    public let worker: KnownWorker?
    public let from: String
    public let to: String
    public let stimulus: String
    /// Empty for ordinary steps.
    public let detail: String
    /// Milliseconds since 1970.
    public let time: Int64
  }

  /// A coordinator's time with the sweep.
  public struct Epoch: Hashable, Sendable {
    public let number: Int
    public let host: String
    public let pid: Int
    /// ISO 8601.
    public let started: String
    /// ISO 8601; `nil` for one that still runs, or did not come to say so.
    public let ended: String?
  }

  /// How its outcome came about.
  public struct Execution: Hashable, Sendable {
    public let epoch: Int
    /// 0 where no lease led to it.
    public let unit: UInt64
    public let attempt: Int
    public let worker: KnownWorker?
    /// When it was written, milliseconds since 1970.
    public let recorded: Int64
    public let seconds: StageSeconds
  }

  /// What it was at the end of a scoring by an earlier model.
  public struct Earlier: Hashable, Sendable {
    public let scoring: Int
    public let model: String
    /// SHA-256, hexadecimal.
    public let modelSHA256: String
    public let outcome: Outcome
  }

  public let number: Int
  public let id: InterferogramID
  /// The stack's file in the archive.
  public let file: String
  /// From the one that the plan cut to the one it ended in; empty for a plan of the time before units were kept.
  public let units: [Unit]
  /// Of all these units, in the order they were written.
  public let steps: [Step]
  /// Every coordinator that the sweep had.
  public let epochs: [Epoch]
  /// `nil` while it has none.
  public let outcome: Outcome?
  public let execution: Execution?
  /// Results for it that came later and differed.
  public let differences: [KnownDifference]
  /// The oldest first.
  public let earlier: [Earlier]
  /// Outcomes that were taken back, the oldest first.
  public let withdrawals: [KnownWithdrawal]
  /// What changed of its pixels and its place in the plan, the oldest first.
  public let inputChanges: [InputChange]
}
