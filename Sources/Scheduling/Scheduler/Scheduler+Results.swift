/// Handling of results.
extension Scheduler {
  mutating func take(
    _ id: WorkerID, _ lease: Lease, _ numbers: [InterferogramNumber], _ rejected: [InterferogramNumber: String],
    _ trouble: Trouble?, _ isDraining: Bool, _ actions: inout [Action]
  ) {
    hear(id, lease)
    // A later coordinator gave the lease and will fence this one; the worker keeps the result for it.
    if lease.epoch > epoch { return }
    if let reason = objection(to: lease, numbers)
      ?? trouble.flatMap({ objection(to: lease, $0.reasons.keys.sorted()) })
    {
      return disown(id, lease, reason, &actions)
    }
    let worker = workerSlots[id]
    defer { if isDraining, let worker { startLeaving(worker) } }
    let index = held(lease)
    let holder = index.flatMap { workers[Int(pool[$0].worker)]?.id }
    let errand = index.flatMap { errands[$0] }
    let isWhole = isWhole(lease, numbers + (trouble.map { Array($0.reasons.keys) } ?? []), errand)
    guard isWhole || isDraining else {
      return disown(
        id, lease, "\(numbers.count) interferograms of unit \(lease.unit), less than were open in it", &actions)
    }
    if let index, let errand, errand.numbers.contains(where: { if case .open = plan[$0] { true } else { false } }) {
      // The result to compare with was withdrawn meanwhile, so this one counts.
      errands[index] = nil
      release(index)
    } else if let index, errand != nil {
      actions.append(.record(id, lease, new: [], decided: numbers))
      finishErrand(index, lease, id, worker, isWhole: isWhole && trouble == nil, &actions)
      if let trouble, trouble.archive == .lost { settle(trouble, lease, by: id, &actions) }
      return
    }
    var claimed: [InterferogramNumber] = []
    var contradicted: [(InterferogramNumber, Claim)] = []
    var new: [InterferogramNumber] = []
    var decided: [InterferogramNumber] = []
    var touched: [Int32] = []
    for number in numbers {
      guard case .open(let slot) = plan[number] else {
        decided.append(number)
        continue
      }
      if let reason = rejected[number] {
        guard isConfirmed(reason, number, slot, id, worker, holder) else {
          claimed.append(number)
          continue
        }
      } else if let claim = claims[slot]?.first(where: { $0.number == number && $0.worker > 0 }) {
        contradicted.append((number, claim))
      }
      plan[number] = .decided(slot)
      new.append(number)
      if touched.last != slot && !touched.contains(slot) { touched.append(slot) }
    }
    if let trouble { note(trouble, lease, numbers, by: id) }
    for slot in touched { noteRead(slot, by: id) }
    remainingInterferograms -= new.count
    actions.append(.record(id, lease, new: new, decided: decided))
    for number in claimed { actions.append(.claim(id, number, reason: rejected[number] ?? "")) }
    if let worker, !new.isEmpty || !claimed.isEmpty { prove(worker, &actions) }
    let own = slots[lease.unit]
    for slot in touched { setRefutedAside(slot, by: id, &actions) }
    if let own {
      giveBack(lease, own, isTouched: touched.contains(own), trouble == nil ? .part : .unreadable, id, &actions)
    }
    for slot in touched where slot != own { shrink(slot, 0, from: units[Int(slot)].state, id, &actions) }
    if !new.isEmpty { noteDone(lease, new, rejected: rejected, by: id) }
    if let worker, !new.isEmpty {
      for (number, claim) in contradicted { ask(aboutClaim: claim, number, scoredBy: worker) }
    }
    if let trouble { settle(trouble, lease, by: id, &actions) }
  }

  /// Whether a result covers everything it must: only a draining worker may return less. The extent of leases
  /// of an earlier epoch is unknown.
  private func isWhole(_ lease: Lease, _ numbers: [InterferogramNumber], _ errand: Errand?) -> Bool {
    guard !numbers.isEmpty else { return false }
    if let errand { return errand.numbers.allSatisfy { numbers.contains($0) } }
    guard lease.epoch == epoch, let slot = slots[lease.unit], units[Int(slot)].isOpen else { return true }
    let open = units[Int(slot)].interferograms
    guard open.count <= numbers.count else { return false }
    if open == numbers { return true }
    let brought = Set(numbers)
    return open.allSatisfy { brought.contains($0) }
  }

  /// Whether to record a rejection: another worker confirms it, or none could. Otherwise it is kept as a claim.
  /// `holder` is the worker that holds the result's lease now, if any: a worker cannot decide about a lease
  /// that has passed to another.
  private mutating func isConfirmed(
    _ reason: String, _ number: InterferogramNumber, _ slot: Int32, _ id: WorkerID, _ worker: Int32?,
    _ holder: WorkerID?
  ) -> Bool {
    if let holder, holder != id { return false }
    let state = worker.flatMap { workers[Int($0)] }
    let seat = state?.seat ?? .unknown
    let known = (claims[slot] ?? []).filter { $0.number == number }
    if known.contains(where: { $0.reason == reason && $0.worker != id && isIndependent(seat, of: $0.seat) }) {
      return true
    }
    let isAble = state.map { !$0.isLeaving && restsUntil($0.seat) <= clock } ?? false
    let isAlone = ableWorkers <= (isAble ? 1 : 0)
    // A worker that the coordinator started is believed if it is alone; of others, more may join.
    if isAlone && seat.slot > 0 { return true }
    let isAgain = known.contains { $0.worker == id }
    if isAgain { return holder != nil }
    if countIndependent(known.map(\.seat), with: seat) >= limits.maximumClaims { return true }
    if (claims[slot]?.count ?? 0) < Self.claimsKept {
      claims[slot, default: []].append(
        Claim(number: number, worker: id, seat: seat, reason: reason, since: clock))
      // The late result may concern a unit that waits in the ordinary queue.
      if units[Int(slot)].isWaiting, isPicky(slot), !picky.contains(slot) { picky.append(slot) }
    }
    return false
  }

  /// Number of independent seats among these: several sessions with one key, or on one machine, count once.
  private func countIndependent(_ others: [WorkerSeat], with seat: WorkerSeat) -> Int {
    others.reduce(into: [seat]) { seats, other in
      if seats.allSatisfy({ isIndependent(other, of: $0) }) { seats.append(other) }
    }.count
  }

  /// Handles a malformed result. It incriminates the machine more than the unit.
  mutating func takeInvalid(_ id: WorkerID, _ lease: Lease, _ reason: String, _ actions: inout [Action]) {
    hear(id, lease)
    if lease.epoch > epoch { return }
    disown(id, lease, reason, &actions)
  }

  private mutating func hear(_ id: WorkerID, _ lease: Lease) {
    guard let slot = workerSlots[id] else { return }
    workers[Int(slot)]?.heardAt = clock
    workers[Int(slot)]?.progressAt = clock
    workers[Int(slot)]?.unheardLeases = 0
    if workers[Int(slot)]?.computing == lease { workers[Int(slot)]?.computing = nil }
  }

  /// Why the result cannot belong to this sweep; `nil` if it can.
  private func objection(to lease: Lease, _ numbers: [InterferogramNumber]) -> String? {
    guard lease.unit > 0, lease.unit < nextUnit else { return "unit \(lease.unit) is not of this sweep" }
    guard lease.epoch > 0, lease.attempt > 0 else {
      return "attempt \(lease.attempt) of unit \(lease.unit) in epoch \(lease.epoch) was never given out"
    }
    if lease.epoch == epoch {
      guard let slot = slots[lease.unit] else { return "unit \(lease.unit) was not handed out in this epoch" }
      guard lease.attempt <= Int(units[Int(slot)].attempts) else {
        return "attempt \(lease.attempt) of unit \(lease.unit) was never given out"
      }
    }
    for number in numbers {
      switch plan[number] {
      case .open(let slot), .decided(let slot):
        if !isUnit(lease.unit, orDescendant: units[Int(slot)].id) {
          return "interferogram \(number) never was in unit \(lease.unit)"
        }
      case .unknown:
        // Leases of older epochs may cover interferograms decided then; those of this epoch are known exactly.
        if lease.epoch == epoch { return "interferogram \(number) never was in unit \(lease.unit)" }
      }
    }
    return nil
  }

  private func isUnit(_ ancestor: UnitID, orDescendant unit: UnitID) -> Bool {
    var unit = unit
    while unit != ancestor {
      guard let parent = parents[unit], parent < unit else { return false }
      unit = parent
    }
    return true
  }

  private mutating func disown(_ id: WorkerID, _ lease: Lease, _ reason: String, _ actions: inout [Action]) {
    actions.append(.disown(id, lease, reason: reason))
    if let index = held(lease), let slot = workerSlots[id], pool[index].worker == slot {
      blame(index, Loss(.faint, cause: "invalid result: \(reason)"), .invalid, &actions)
    }
    guard let slot = workerSlots[id] else { return }
    workers[Int(slot)]?.invalidResults += 1
    guard let count = workers[Int(slot)]?.invalidResults, count >= limits.invalidResults else { return }
    let cause = "returned \(count) invalid results, the last: \(reason)"
    actions.append(.evict(id, cause: cause))
    putAllBack(of: slot, .invalid, &actions)
    remove(slot)
    banned.insert(id)
    actions.append(.refuse(id, reason: cause))
  }

  /// Ends the lease of a result, whoever holds it now, and the unit if nothing in it is open any more.
  private mutating func giveBack(
    _ lease: Lease, _ slot: Int32, isTouched: Bool, _ stimulus: Transition.Stimulus, _ id: WorkerID,
    _ actions: inout [Action]
  ) {
    let before = units[Int(slot)].state
    let index = held(lease)
    if let index {
      if workerSlots[id] == pool[index].worker { fitWindow(of: pool[index].worker) }
      release(index)
    }
    let attempt = lease.epoch == epoch ? Int32(lease.attempt) : 0
    if isTouched { shrink(slot, attempt, from: before, id, &actions) }
    guard units[Int(slot)].isOpen else { return }
    if attempt > 0 { units[Int(slot)].note(answered: attempt) }
    guard index != nil else { return }
    if units[Int(slot)].firstLease == none { enqueue(slot, isReturned: true) }
    log(slot, attempt, id, from: before, to: units[Int(slot)].state, stimulus, &actions)
  }

  /// Removes decided interferograms from a unit, and ends the unit when none is left.
  private mutating func shrink(
    _ slot: Int32, _ attempt: Int32, from before: Transition.State, _ id: WorkerID, _ actions: inout [Action]
  ) {
    units[Int(slot)].interferograms.removeAll { plan[$0] != .open(slot) }
    forgetClaims(of: slot)
    forgetTrouble(of: slot)
    guard units[Int(slot)].interferograms.isEmpty else { return }
    units[Int(slot)].closingAttempt = attempt
    log(slot, attempt, id, from: before, to: .done, .result, &actions)
    end(slot, as: .done, .overtaken, &actions)
  }

  /// Clears a unit's read failures once all unreadable interferograms have outcomes: the rest waits for another
  /// reason.
  private mutating func forgetTrouble(of slot: Int32) {
    guard let known = troubles.units[slot], !units[Int(slot)].interferograms.isEmpty,
      units[Int(slot)].interferograms.allSatisfy({ known.reasons[$0] == nil })
    else { return }
    troubles.units[slot] = nil
    if units[Int(slot)].isWaiting && isPicky(slot) { requeue(slot) }
    if mayBeCopied(slot), copyable.list(of: slot) == nil { copyable.append(slot, to: 0) }
  }

  /// Clears claims about decided interferograms. A unit without claims returns to the ordinary queue.
  mutating func forgetClaims(of slot: Int32) {
    guard claims[slot] != nil else { return }
    claims[slot]?.removeAll { plan[$0.number] != .open(slot) }
    guard claims[slot]?.isEmpty == true else { return }
    claims[slot] = nil
    guard units[Int(slot)].isWaiting, !isPicky(slot), let place = picky.firstIndex(of: slot) else { return }
    picky.remove(at: place)
    if !units[Int(slot)].interferograms.isEmpty { requeue(slot) }
  }
}
