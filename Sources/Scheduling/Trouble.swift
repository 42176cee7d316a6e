import DequeModule

/// What kept a worker from reading interferograms of a unit: its surroundings, and not the pixels.
public struct Trouble: Hashable, Sendable {
  /// What the worker knows about the archive as a whole.
  public enum Archive: String, Hashable, Sendable {
    /// It reads another stack of it.
    case seen
    case unknown
    /// It does not see the archive that was planned any more.
    case lost
  }

  /// The caller's number of what it was, for each interferogram that could not be read. Of several numbers of one
  /// interferogram the greatest is kept.
  public var reasons: [InterferogramNumber: Int]
  public var archive: Archive

  public init(_ reasons: [InterferogramNumber: Int], archive: Archive) {
    self.reasons = reasons
    self.archive = archive
  }
}

/// What is known of an open unit that workers could not read. All that it holds could not be read by any of them.
struct UnitTrouble: Sendable {
  /// Workers that failed, at most ``SchedulingLimits/readersBeforeUnreadable`` of them.
  var workers: [WorkerID] = []
  /// Their machines.
  var hosts: Set<Int> = []
  /// Failures, those of one worker again included.
  var tries = 0
  var reasons: [InterferogramNumber: Int] = [:]
  /// The first failure, and the moment before which nobody tries again who has tried before.
  var since: Int64
  var retryAt: Int64
}

/// What is known of an open unit whose holders lost the archive.
struct ArchiveLosses: Sendable {
  /// Their places, at most ``SchedulingLimits/archiveLossesBeforeUnreadable``: a worker that comes back and loses it again
  /// counts once.
  var seats: Set<WorkerSeat> = []
  var hosts: Set<Int> = []
  /// Losses, those of one worker again included.
  var count = 0
  /// The first one.
  var since: Int64
}

/// What is known of how a worker reads; kept while it is here.
struct ReaderRecord: Sendable {
  /// Stacks that it could not read since it read one, and that nobody else failed on.
  var failedAlone: Set<Int> = []
  /// Stacks that it could not read and others then did.
  var refuted: Set<Int> = []
  /// Units that it brought outcomes of since ``refuted`` was empty.
  var reads = 0
}

/// Units that could not be read, and how workers read. Everything in it is bounded by the open units, the workers or the
/// stacks.
struct TroubleBook: Sendable {
  /// By the unit's slot.
  var units: [Int32: UnitTrouble] = [:]
  /// What workers that lost the archive had in their hands, by the unit's slot.
  var losses: [Int32: ArchiveLosses] = [:]
  /// Waiting units of ``units``, the one that waited longest first; others are dropped when their turn comes.
  var queue: Deque<Int32> = []
  /// Workers that failed at least once.
  var readers: [WorkerID: ReaderRecord] = [:]
  /// Who failed on a stack, one worker of each of two machines at most.
  var failedStacks: [Int: [(worker: WorkerID, host: Int)]] = [:]
  /// Workers here, by machine.
  var hosts: [Int: Int] = [:]
  /// When somebody last read something, or proved to see the archive.
  var readAt = Int64.min
}
