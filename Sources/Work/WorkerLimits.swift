import Messaging

import struct Scheduling.Lease

/// Every number that bounds what a worker does.
public struct WorkerLimits: Hashable, Sendable {
  /// A worker that hears nothing from a coordinator for this long exits.
  public var timeoutSeconds = 300.0
  /// How long a worker whose coordinator was killed offers its results to a successor.
  public var orphanSeconds = 60.0
  /// How long a worker that was asked to leave waits for its results to become durable.
  public var drainSeconds = 60.0
  /// An unacknowledged result is sent again after this long, then after twice as long, up to 16 times this.
  public var resendSeconds = 5.0
  /// A process whose compute thread hangs ends this long, plus two heartbeats, after the coordinator's own
  /// limit, so that the coordinator notices first and blames the current unit.
  public var hangMarginSeconds = 5.0
  /// The time between two checks of the compute thread counts at most this much: a longer gap means that the
  /// process itself was stopped.
  public var longestPauseSeconds = 1.0
  /// A worker that was rejected for a while says Hello again after at most this long.
  public var longestAwaySeconds = 60.0
  /// Units that may wait; a coordinator that sends more is faulty.
  public var maximumQueue = 1024

  public init() {}
}

/// Activity of the compute thread at a moment.
public struct ComputeStatus: Hashable, Sendable {
  /// The lease at hand.
  public var computing: Lease?
  /// Rises with each step.
  public var progress: UInt64 = 0
  /// The current stage.
  public var stage = Volcsweep_Stage.idle
  /// The current interferogram's number in the plan; 0 for none.
  public var interferogram: UInt32 = 0
  /// Memory in use by the process, bytes.
  public var residentBytes: UInt64 = 0

  public init() {}
}

/// How a worker ended.
public enum WorkerEnding: Hashable, Sendable {
  /// Normally.
  case finished
  /// It cannot work, was rejected, or its parent process has ended.
  case failed(String)
  /// It timed out waiting for a coordinator.
  case lost(String)
  /// Its compute thread hangs: only the end of the process frees it.
  case hung(String)
}
