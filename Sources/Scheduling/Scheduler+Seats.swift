/// What is known about the places that workers run in.
///
/// One death alone proves nothing: a machine on which every worker crashes would condemn whatever it is handed. It counts
/// against an interferogram when the place has shown that it computes others, before or after: the same slot finishes
/// something else, or another worker of the same machine does, or workers on different machines died of the same unit.
extension Scheduler {
  /// A slot in the whole of a machine's books.
  static let wholeHost = -1

  func health(of seat: WorkerSeat) -> SeatHealth? { seats[seat.host]?[seat.slot] }

  private mutating func change(_ seat: WorkerSeat, _ body: (inout SeatHealth) -> Void) {
    guard seats[seat.host] != nil || seats.count < limits.maximumTroubledHosts else { return }
    guard seats[seat.host]?[seat.slot] != nil || (seats[seat.host]?.count ?? 0) < limits.maximumTroubledSlots else {
      return
    }
    var health = seats[seat.host]?[seat.slot] ?? SeatHealth()
    body(&health)
    seats[seat.host, default: [:]][seat.slot] = health.isClean ? nil : health
    if seats[seat.host]?.isEmpty == true { seats[seat.host] = nil }
  }

  /// A loss that an earlier coordinator could not settle.
  mutating func recall(_ loss: UnitLoss, of unit: Int32) {
    let lineage = root(of: units[Int(unit)].id)
    change(loss.seat) { $0.note(lossOf: unit, lineage: lineage, at: 0) }
  }

  /// Notes a death over a unit, and settles what it says as far as that can be told at once.
  mutating func noteLoss(of unit: Int32, _ weight: Int, at seat: WorkerSeat, _ actions: inout [Action]) {
    let lineage = root(of: units[Int(unit)].id)
    let clock = clock
    change(seat) { $0.note(lossOf: unit, lineage: lineage, at: clock) }
    let forgotten = trails[unit, default: Trail()].add(UnitLoss(seat: seat, weight: weight))
    units[Int(unit)].blame += weight - forgotten
    let sound = Set(
      (trails[unit]?.losses ?? []).filter { $0.standing != .forgiven && health(of: $0.seat)?.isSuspect != true }
        .map(\.seat.host))
    if sound.count > 1 || isWithoutProof(seat) {
      let seats = seats
      trails[unit]?.settle(.counted) { seats[$0.seat.host]?[$0.seat.slot]?.isSuspect != true }
    }
    keepLosses(of: unit, &actions)
  }

  /// Nothing was ever finished and nothing else is there to show whether the machine is sound, but another worker lives on
  /// it.
  private func isWithoutProof(_ seat: WorkerSeat) -> Bool {
    proven.isEmpty && waitingUnits == 0 && health(of: seat)?.isSuspect != true
      && (ableHosts[seat.host] ?? 0) > 1
  }

  func keepLosses(of unit: Int32, _ actions: inout [Action]) {
    guard units[Int(unit)].isOpen, let trail = trails[unit] else { return }
    actions.append(.losses(units[Int(unit)].id, trail.losses))
  }

  /// A worker has finished something: its slot is sound, and so is its machine, as far as others died there while it lived.
  mutating func prove(_ worker: Int32, _ actions: inout [Action]) {
    guard let state = workers[Int(worker)] else { return }
    workers[Int(worker)]?.hasFinished = true
    guard let slots = seats[state.seat.host] else { return }
    for (slot, health) in slots.sorted(by: { $0.key < $1.key }) {
      let seat = WorkerSeat(host: state.seat.host, slot: slot)
      let isOwn = slot == state.seat.slot
      if isOwn || slot == Self.wholeHost {
        settle(health, at: seat, &actions)
        seats[seat.host]?[slot] = nil
      } else if health.lossAt >= state.joinedAt, !health.lost.isEmpty {
        settle(health, at: seat, &actions)
        change(seat) { $0.forgetLosses() }
      }
    }
    if seats[state.seat.host]?.isEmpty == true { seats[state.seat.host] = nil }
    noteRoom(of: worker)
  }

  private mutating func settle(_ health: SeatHealth, at seat: WorkerSeat, _ actions: inout [Action]) {
    let standing: UnitLoss.Standing = health.isSuspect ? .forgiven : .counted
    for unit in health.units where units[Int(unit)].isOpen && trails[unit] != nil {
      trails[unit]?.settle(standing) { ($0.seat.host, $0.seat.slot) == (seat.host, seat.slot) }
      keepLosses(of: unit, &actions)
      condemnIfDue(unit, .lost, &actions)
    }
  }

  /// A worker died over something that had been computed before: its place is the cause.
  mutating func noteLossOfKnownGood(at seat: WorkerSeat) {
    change(seat) { $0.hasLostKnownGood = true }
  }

  /// A worker has ended; if it finished nothing, its place and its machine are rested for longer and longer.
  mutating func noteEnd(of state: WorkerState, isDeath: Bool) {
    guard !state.hasFinished, state.hasHeld else { return }
    let (clock, pauses) = (clock, durations.barrenPauses)
    for slot in [state.seat.slot, Self.wholeHost] {
      change(WorkerSeat(host: state.seat.host, slot: slot)) {
        $0.noteBarrenLife(from: state.joinedAt, to: clock, isDeath: isDeath, pauses)
      }
    }
    rest(state.seat.host)
  }

  /// Hands nothing more to the workers of a machine whose places rest.
  private mutating func rest(_ host: Int) {
    guard seats[host]?.values.contains(where: { $0.restsUntil > clock }) == true else { return }
    for slot in workers.indices {
      guard let state = workers[slot], state.seat.host == host, !state.isLeaving, restsUntil(state.seat) > clock,
        resting.insert(Int32(slot)).inserted
      else { continue }
      makeAble(state.seat, by: -1)
      noteRoom(of: Int32(slot))
    }
  }

  /// Why a worker in this place is not let in any more; `nil` when it is.
  func reasonToGiveUp(_ seat: WorkerSeat) -> String? {
    for slot in [seat.slot, Self.wholeHost] {
      guard let health = seats[seat.host]?[slot], health.deaths >= limits.deathsBeforeGivingUp else { continue }
      return "\(health.deaths) consecutive workers exited there without finishing a unit"
    }
    return nil
  }

  /// The moment until which nothing is leased to workers in this place.
  func restsUntil(_ seat: WorkerSeat) -> Int64 {
    guard let slots = seats[seat.host] else { return .min }
    return max(slots[seat.slot]?.restsUntil ?? .min, slots[Self.wholeHost]?.restsUntil ?? .min)
  }

  /// Whether a worker here has to finish something that is known or believed to be harmless before it is handed more.
  func isOnProbation(_ state: WorkerState) -> Bool {
    guard !state.hasFinished, let health = seats[state.seat.host]?[state.seat.slot] else { return false }
    return !health.isClean
  }

  /// Lets those work again whose rest is over.
  mutating func endRests() {
    guard !resting.isEmpty else { return }
    for worker in resting {
      guard let state = workers[Int(worker)] else {
        resting.remove(worker)
        continue
      }
      guard restsUntil(state.seat) <= clock else { continue }
      resting.remove(worker)
      makeAble(state.seat, by: 1)
      noteRoom(of: worker)
    }
  }

  mutating func makeAble(_ seat: WorkerSeat, by change: Int) {
    ableWorkers += change
    ableHosts[seat.host] = nonzero((ableHosts[seat.host] ?? 0) + change)
    ableKeys[seat.key] = nonzero((ableKeys[seat.key] ?? 0) + change)
    ableSeats[seat] = nonzero((ableSeats[seat] ?? 0) + change)
  }

  /// Whether two workers can vouch for each other: they hold different keys, or where all hold the same run on different
  /// machines, or where there is one machine.
  func isIndependent(_ one: WorkerSeat, of other: WorkerSeat) -> Bool {
    if one.key != other.key { return true }
    if ableKeys.count > 1 { return false }
    return one.host != other.host || ableHosts.count <= 1
  }

  private func nonzero(_ count: Int) -> Int? { count > 0 ? count : nil }

  /// The unit that the plan cut and this one came from by splits.
  func root(of unit: UnitID) -> UnitID {
    var unit = unit
    while let parent = parents[unit], parent < unit { unit = parent }
    return unit
  }
}
