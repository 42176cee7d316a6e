/// What is held against a slot, or against a whole machine, since a worker there last finished something.
struct SeatHealth: Sendable {
  /// The units over which workers died here, by the first unit that each was split from; at most ``lineages``.
  private(set) var lost: [UnitID] = []
  static let lineages = 2
  /// Slots of the units whose losses here are unproven; at most ``Trail/limit``.
  private(set) var units: [Int32] = []
  /// A worker died here over a unit that had been computed before.
  var hasLostKnownGood = false
  var lossAt = Int64.min
  /// Workers in a row that ended without finishing anything, those that came at the same time counted once.
  private(set) var barrenLives = 0
  /// Those of them that were not merely silent.
  private(set) var deaths = 0
  private var barrenAt = Int64.min
  /// Until then nothing is leased to workers here.
  var restsUntil = Int64.min

  /// Whether what was lost here says nothing about the units.
  var isSuspect: Bool { lost.count > 1 || hasLostKnownGood }
  var isClean: Bool { lost.isEmpty && !hasLostKnownGood && barrenLives == 0 }

  mutating func note(lossOf unit: Int32, lineage: UnitID, at clock: Int64) {
    lossAt = clock
    if !lost.contains(lineage), lost.count < Self.lineages { lost.append(lineage) }
    if !units.contains(unit), units.count < Trail.limit { units.append(unit) }
  }

  /// A worker that had joined at a moment ended at another without having finished anything.
  mutating func noteBarrenLife(from joined: Int64, to clock: Int64, isDeath: Bool, _ pauses: BarrenPauses) {
    guard joined >= barrenAt else { return }
    barrenAt = clock
    barrenLives += 1
    if isDeath { deaths += 1 }
    restsUntil = clock + pauses.nanoseconds(after: barrenLives)
  }

  mutating func forgetLosses() {
    lost = []
    units = []
    hasLostKnownGood = false
  }
}

/// How long nothing is leased to a place after so many workers in a row that finished nothing.
struct BarrenPauses: Sendable {
  let free: Int
  let first: Double
  let longest: Double

  init(_ limits: SchedulingLimits) {
    free = limits.barrenLivesBeforeRest
    first = limits.firstRestSeconds
    longest = limits.longestRestSeconds
  }

  func nanoseconds(after lives: Int) -> Int64 {
    guard lives >= free else { return 0 }
    return Int64(min(first * Double(1 << min(lives - free, 30)), longest) * 1e9)
  }
}
