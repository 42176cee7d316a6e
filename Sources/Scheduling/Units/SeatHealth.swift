/// Evidence against a slot or a whole machine since a worker there last completed something.
struct SeatHealth: Sendable {
  /// Units over which workers died here, by the unit of the plan that each descends from; at most ``lineages``.
  private(set) var lost: [UnitID] = []
  static let lineages = 2
  /// Slots of the units whose losses here are not attributed yet; at most ``Trail/limit``.
  private(set) var units: [Int32] = []
  /// Whether a worker died here over a unit that had been computed before.
  var hasLostKnownGood = false
  var lossAt = Int64.min
  /// Workers in a row that ended without completing anything; those connected at the same time count once.
  private(set) var barrenLives = 0
  /// Those of them that did not merely fall silent.
  private(set) var deaths = 0
  private var barrenAt = Int64.min
  /// Nothing is leased to workers here before this moment.
  var restsUntil = Int64.min

  /// Whether losses here say nothing about the units.
  var isSuspect: Bool { lost.count > 1 || hasLostKnownGood }
  var isClean: Bool { lost.isEmpty && !hasLostKnownGood && barrenLives == 0 }

  mutating func note(lossOf unit: Int32, lineage: UnitID, at clock: Int64) {
    lossAt = clock
    if !lost.contains(lineage), lost.count < Self.lineages { lost.append(lineage) }
    if !units.contains(unit), units.count < Trail.limit { units.append(unit) }
  }

  /// Records that a worker ended without having completed anything, given when it joined and ended.
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

/// Length of pauses of a slot, by the number of workers in a row that completed nothing.
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
