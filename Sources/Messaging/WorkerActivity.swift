import struct Scheduling.Lease

/// What a worker was doing when it last said so.
public struct WorkerActivity: Hashable, Sendable {
  /// The process that wrote it.
  public var pid: Int32
  /// The lease at hand; `nil` when there was none.
  public var lease: Lease?
  /// The current step of the computation: loading, reading, gating, network, merging, or idle.
  public var stage: Volcsweep_Stage = .idle
  /// Its number in the plan; 0 when the stage is about none.
  public var interferogram: UInt32 = 0
  /// Rises with every step of the compute thread.
  public var steps: UInt64 = 0
  /// Units whose results were handed on.
  public var finishedUnits: UInt64 = 0
  /// Resident memory of the process, bytes; 0 if unknown.
  public var residentBytes: UInt64 = 0
  /// Largest resident memory since the process started, bytes; 0 if unknown.
  public var peakResidentBytes: UInt64 = 0
  /// What the process may have in use; 0 for no limit.
  public var memoryLimitBytes: UInt64 = 0

  public init(pid: Int32) {
    self.pid = pid
  }
}
