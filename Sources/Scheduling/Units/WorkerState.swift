/// State of one worker. Moments are nanoseconds of the scheduler's clock.
struct WorkerState: Sendable {
  let id: WorkerID
  let seat: WorkerSeat
  /// Distinguishes this worker from earlier ones in the same slot.
  var generation: Int32
  /// Leases it holds, as indices of the lease pool, in the order in which it computes them.
  var leases: [Int32] = []
  /// The lease that its last heartbeat named as computing, unless its result has arrived.
  var computing: Lease?
  var progress: UInt64 = 0
  var progressAt: Int64
  /// Leases that expired in a row while it reported that it computed nothing.
  var unheardLeases = 0
  var heardAt: Int64
  let joinedAt: Int64
  /// Whether it was assigned anything, and delivered anything.
  var hasHeld = false
  var hasFinished = false
  /// How often it was assigned a probe.
  var probes = 0
  /// Whether it drains and gets nothing more.
  var isLeaving = false
  /// When its deadlines are checked next: the moment of its one valid entry in the heap.
  var checkAt = Int64.max
  /// Invalid results it delivered.
  var invalidResults = 0
  /// Leases it may hold now.
  var window: Int
  /// Recent duration of its units, and the start of the current one.
  var unitDuration: Int64
  var freeSince: Int64
  /// The stack of its last lease, whose file it has open.
  var stack: Int?
}

/// A heap entry: the moment at which a worker's deadlines are checked.
struct Deadline: Comparable, Sendable {
  let at: Int64
  let worker: Int32
  let generation: Int32

  static func < (left: Deadline, right: Deadline) -> Bool {
    (left.at, left.worker, left.generation) < (right.at, right.worker, right.generation)
  }
}
