/// Health of the slots and machines that workers run on.
///
/// A single death proves nothing: a machine on which every worker crashes would condemn every unit it gets. A
/// death counts against an interferogram once the slot has shown, before or after, that it can compute others:
/// the same slot completes another unit, or another worker of the same machine does, or workers on different
/// machines died over the same unit.
extension Scheduler {
  /// Slot number under which a whole machine's state is kept.
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

  /// Restores a loss that an earlier coordinator could not attribute.
  mutating func recall(_ loss: UnitLoss, of unit: Int32) {
    let lineage = root(of: units[Int(unit)].id)
    change(loss.seat) { $0.note(lossOf: unit, lineage: lineage, at: 0) }
  }

  /// Records a death over a unit, and attributes it as far as possible now.
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

  /// Whether nothing can show that the machine is sound, as nothing was ever completed there, although another
  /// of its workers is alive.
  private func isWithoutProof(_ seat: WorkerSeat) -> Bool {
    proven.isEmpty && waitingUnits == 0 && health(of: seat)?.isSuspect != true
      && (ableHosts[seat.host] ?? 0) > 1
  }

  func keepLosses(of unit: Int32, _ actions: inout [Action]) {
    guard units[Int(unit)].isOpen, let trail = trails[unit] else { return }
    actions.append(.losses(units[Int(unit)].id, trail.losses))
  }

  /// A worker completed something: its slot is sound, and so is its machine as far as others died there while
  /// it lived.
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

  /// A worker died over something that was computed before: the slot is the cause.
  mutating func noteLossOfKnownGood(at seat: WorkerSeat) {
    change(seat) { $0.hasLostKnownGood = true }
  }

  /// A worker has ended. If it completed nothing, its slot and machine pause for longer and longer.
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

  /// Assigns nothing to workers of a machine whose slots are paused.
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

  /// Why workers in this slot are rejected; `nil` if they are accepted.
  func reasonToGiveUp(_ seat: WorkerSeat) -> String? {
    for slot in [seat.slot, Self.wholeHost] {
      guard let health = seats[seat.host]?[slot], health.deaths >= limits.deathsBeforeGivingUp else { continue }
      return "\(health.deaths) consecutive workers exited there without finishing a unit"
    }
    return nil
  }

  /// When the pause of this slot ends.
  func restsUntil(_ seat: WorkerSeat) -> Int64 {
    guard let slots = seats[seat.host] else { return .min }
    return max(slots[seat.slot]?.restsUntil ?? .min, slots[Self.wholeHost]?.restsUntil ?? .min)
  }

  /// Whether a worker here must first complete something harmless, by knowledge or presumption, before it gets
  /// more.
  func isOnProbation(_ state: WorkerState) -> Bool {
    guard !state.hasFinished, let health = seats[state.seat.host]?[state.seat.slot] else { return false }
    return !health.isClean
  }

  /// Ends pauses that are over.
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

  /// Whether two workers can confirm each other: they hold different keys; or, if all hold the same key, run on
  /// different machines, or there is only one machine.
  func isIndependent(_ one: WorkerSeat, of other: WorkerSeat) -> Bool {
    if one.key != other.key { return true }
    if ableKeys.count > 1 { return false }
    return one.host != other.host || ableHosts.count <= 1
  }

  private func nonzero(_ count: Int) -> Int? { count > 0 ? count : nil }

  /// The unit of the original plan that this one descends from by splits.
  func root(of unit: UnitID) -> UnitID {
    var unit = unit
    while let parent = parents[unit], parent < unit { unit = parent }
    return unit
  }
}
