/// What the scheduler knows of one unit. Units are kept in one array, in the order of the plan, then of splits; a
/// slot is a place in it.
struct UnitState: Sendable {
  let id: UnitID
  let stack: Int
  /// The open ones; empty when the unit has ended.
  var interferograms: [InterferogramNumber]
  /// In faint losses.
  var blame: Int
  /// Leases given out in this epoch.
  var attempts: Int32 = 0
  /// How many hold it, and the head of their list in the lease pool; `none` when nobody does.
  var holderCount: Int32 = 0
  var firstLease: Int32 = none
  /// Attempts whose results came without all that was open, the latest ``answersKept``; none once it has ended.
  private(set) var answered: [Int32] = []
  static let answersKept = 32
  /// Since when it waits, in nanoseconds of the scheduler's clock.
  var waitsSince: Int64 = 0
  /// The attempt whose result ended it; 0 when none did.
  var closingAttempt: Int32 = 0
  /// When the latest of the leases out was given, in nanoseconds of the scheduler's clock.
  var leasedAt: Int64 = 0
  /// Open and in nobody's hands.
  var isWaiting = false
  /// Whether an entry for it stands in the queue; one that is not free any more leaves it when its turn comes.
  var isQueued = false
  /// How it ended.
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
