/// State of one unit. Units are kept in one array, in the order of the plan, then of splits; a slot is an index
/// into it.
struct UnitState: Sendable {
  let id: UnitID
  let stack: Int
  /// The open ones; empty once the unit has ended.
  var interferograms: [InterferogramNumber]
  /// In units of faint losses.
  var blame: Int
  /// Leases given in this epoch.
  var attempts: Int32 = 0
  /// Number of holders, and the head of their list in the lease pool; `none` if there is no holder.
  var holderCount: Int32 = 0
  var firstLease: Int32 = none
  /// Attempts with a partial result, the latest ``answersKept``; none once it has ended.
  private(set) var answered: [Int32] = []
  static let answersKept = 32
  /// When it started to wait, nanoseconds of the scheduler's clock.
  var waitsSince: Int64 = 0
  /// The attempt whose result ended it; 0 if none did.
  var closingAttempt: Int32 = 0
  /// When the latest active lease was given, nanoseconds of the scheduler's clock.
  var leasedAt: Int64 = 0
  /// Open, with no holder.
  var isWaiting = false
  /// Whether the queue has an entry for it; an entry that became invalid is dropped when it reaches the head.
  var isQueued = false
  /// How it ended; `nil` while it is open.
  var ending: Transition.State?

  mutating func note(answered attempt: Int32) {
    guard !answered.contains(attempt) else { return }
    if answered.count == Self.answersKept { answered.removeFirst() }
    answered.append(attempt)
  }

  mutating func forgetAnswers() { answered = [] }

  var isOpen: Bool { ending == nil }
  var state: Transition.State { ending ?? (firstLease == none ? .waiting : .leased) }
  var workUnit: WorkUnit { WorkUnit(id: id, stack: stack, interferograms: interferograms) }
}

/// No slot.
let none: Int32 = -1
