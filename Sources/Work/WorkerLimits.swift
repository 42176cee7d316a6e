import Messaging

import struct Scheduling.Lease

/// Every number that bounds what a worker does.
public struct WorkerLimits: Hashable, Sendable {
  /// A worker that hears nothing of its coordinator for this long ends.
  public var patienceSeconds = 300.0
  /// How long a worker whose coordinator was killed offers its results to a successor.
  public var orphanSeconds = 60.0
  /// How long a worker that was asked to leave waits until its results are durable.
  public var drainSeconds = 60.0
  /// A result without acknowledgement is sent again after this long, then after twice as long, at most 16 times.
  public var resendSeconds = 5.0
  /// A process whose compute thread hangs ends this long, and two heartbeats, after the time at which its coordinator
  /// gives it up, so that the coordinator, while there is one, knows first and blames what was at hand.
  public var hangMarginSeconds = 5.0
  /// Time between two looks at the compute thread counts for at most this much: when more has passed, the process
  /// itself stood still.
  public var longestPauseSeconds = 1.0
  /// A worker that is sent away for a while introduces itself again after this long at most.
  public var longestAwaySeconds = 60.0
  /// Units that wait; a coordinator that sends more is out of order.
  public var maximumQueue = 1024

  public init() {}
}

/// What the compute thread does at a moment.
public struct ComputeStatus: Hashable, Sendable {
  /// The lease at hand.
  public var computing: Lease?
  /// Rises with each step.
  public var progress: UInt64 = 0
  public var stage = Volcsweep_Stage.idle
  /// The interferogram at hand, by its number in the plan; 0 when none is.
  public var interferogram: UInt32 = 0
  /// Memory that the process has in use, bytes.
  public var residentBytes: UInt64 = 0

  public init() {}
}

/// How a worker ends.
public enum WorkerEnding: Hashable, Sendable {
  /// In good order.
  case finished
  /// It cannot work, is refused, or the process that started it has ended.
  case failed(String)
  /// It has heard nothing of a coordinator for as long as its patience lasts.
  case lost(String)
  /// Its compute thread does not come back: nothing but the process's end frees it.
  case hung(String)
}
