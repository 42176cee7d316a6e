import DequeModule

/// Why a worker could not read interferograms of a unit; the cause lies in its environment, not in the pixels.
public struct Trouble: Hashable, Sendable {
  /// What the worker knows about the archive as a whole.
  public enum Archive: String, Hashable, Sendable {
    /// It can read another stack.
    case seen
    /// Nothing is known of it.
    case unknown
    /// It cannot see the planned archive any more.
    case lost
  }

  /// The caller's number of the reason, for each interferogram that could not be read. The greatest of several
  /// reasons of one interferogram is kept.
  public var reasons: [InterferogramNumber: Int]
  /// What the worker knows about the archive as a whole.
  public var archive: Archive

  public init(_ reasons: [InterferogramNumber: Int], archive: Archive) {
    self.reasons = reasons
    self.archive = archive
  }
}

/// State of an open unit that workers could not read. None of them could read any of its open interferograms.
struct UnitTrouble: Sendable {
  /// Workers that failed, at most ``SchedulingLimits/readersBeforeUnreadable``.
  var workers: [WorkerID] = []
  /// Their machines.
  var hosts: Set<Int> = []
  /// Failures, repeated ones of a worker included.
  var tries = 0
  var reasons: [InterferogramNumber: Int] = [:]
  /// The first failure, and the moment before which no worker retries.
  var since: Int64
  var retryAt: Int64
}

/// State of an open unit whose holders lost the archive.
struct ArchiveLosses: Sendable {
  /// Their seats, at most ``SchedulingLimits/archiveLossesBeforeUnreadable``: a worker that reconnects and
  /// loses the archive again counts once.
  var seats: Set<WorkerSeat> = []
  var hosts: Set<Int> = []
  /// Losses, repeated ones of a worker included.
  var count = 0
  /// When the first one happened.
  var since: Int64
}

/// Reading record of a connected worker.
struct ReaderRecord: Sendable {
  /// Stacks that it could not read since its last successful read, and on which nobody else failed.
  var failedAlone: Set<Int> = []
  /// Stacks that it could not read and others then could.
  var refuted: Set<Int> = []
  /// Units it delivered since ``refuted`` was empty.
  var reads = 0
}

/// Units that could not be read, and the workers' reading records. Its size is bounded by open units, workers
/// and stacks.
struct TroubleBook: Sendable {
  /// By the unit's slot.
  var units: [Int32: UnitTrouble] = [:]
  /// Losses of the archive, by the slot of the unit held.
  var losses: [Int32: ArchiveLosses] = [:]
  /// Waiting units of ``units``, longest waiting first; invalid entries are dropped when they reach the head.
  var queue: Deque<Int32> = []
  /// Workers that failed at least once.
  var readers: [WorkerID: ReaderRecord] = [:]
  /// Workers that failed on a stack, one worker from each of at most two machines.
  var failedStacks: [Int: [(worker: WorkerID, host: Int)]] = [:]
  /// Number of connected workers, by machine.
  var hosts: [Int: Int] = [:]
  /// When a worker last read something, or proved that it sees the archive.
  var readAt = Int64.min
}
