/// What the scheduler knows of one worker. Moments are nanoseconds of the scheduler's clock.
struct WorkerState: Sendable {
  let id: WorkerID
  let seat: WorkerSeat
  /// Tells this worker from earlier ones in the same slot.
  var generation: Int32
  /// Leases it holds, by their place in the lease pool, in the order in which it computes them.
  var leases: [Int32] = []
  /// What its last heartbeat said it computes, unless its result came since.
  var computing: Lease?
  var progress: UInt64 = 0
  var progressAt: Int64
  /// Leases that expired in a row while it reported that it computed nothing.
  var unheardLeases = 0
  var heardAt: Int64
  let joinedAt: Int64
  /// Whether it has been handed anything, and brought anything.
  var hasHeld = false
  var hasFinished = false
  /// How often it was handed a probe.
  var probes = 0
  /// It drains, and is handed nothing more.
  var isLeaving = false
  /// When its deadlines are looked at next; the moment of its one valid entry in the heap.
  var checkAt = Int64.max
  /// Results that cannot be.
  var invalidResults = 0
  /// Leases it may hold now.
  var window: Int
  /// How long its units lately took, and the moment since which the next one counts.
  var unitDuration: Int64
  var freeSince: Int64
  /// The stack of its last lease, whose file it has open.
  var stack: Int?
}

/// An entry of the heap of moments at which a worker's deadlines are looked at.
struct Deadline: Comparable, Sendable {
  let at: Int64
  let worker: Int32
  let generation: Int32

  static func < (left: Deadline, right: Deadline) -> Bool {
    (left.at, left.worker, left.generation) < (right.at, right.worker, right.generation)
  }
}
