/// What results decide.
extension Scheduler {
  mutating func take(
    _ id: WorkerID, _ lease: Lease, _ numbers: [InterferogramNumber], _ rejected: [InterferogramNumber: String],
    _ trouble: Trouble?, _ isDraining: Bool, _ actions: inout [Action]
  ) {
    hear(id, lease)
    // The lease is of a coordinator after this one, which will be fenced: its worker keeps the result for the other.
    if lease.epoch > epoch { return }
    if !isBroken(.acceptsForeign),
      let reason = objection(to: lease, numbers)
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
      // What it was to be compared with was withdrawn meanwhile: it counts itself.
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
        if isBroken(.recordsTwice) { new.append(number) }
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

  /// Whether a result has all that it must have: less is taken from a worker that drains. What an earlier coordinator gave
  /// out is not known any more.
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

  /// Whether a rejection is to be recorded: another worker says the same, or there is nobody who could. Otherwise it is
  /// kept as a claim. `holder` has the lease of the result now, if anybody has: what another was given is not this
  /// worker's to judge.
  private mutating func isConfirmed(
    _ reason: String, _ number: InterferogramNumber, _ slot: Int32, _ id: WorkerID, _ worker: Int32?,
    _ holder: WorkerID?
  ) -> Bool {
    if isBroken(.believesRejections) { return true }
    if let holder, holder != id { return false }
    let state = worker.flatMap { workers[Int($0)] }
    let seat = state?.seat ?? .unknown
    let known = (claims[slot] ?? []).filter { $0.number == number }
    if known.contains(where: { $0.reason == reason && $0.worker != id && isIndependent(seat, of: $0.seat) }) {
      return true
    }
    let isAble = state.map { !$0.isLeaving && restsUntil($0.seat) <= clock } ?? false
    let isAlone = ableWorkers <= (isAble ? 1 : 0)
    // One that the coordinator started is believed where it is alone; of others more may come.
    if isAlone && seat.slot > 0 { return true }
    let isAgain = known.contains { $0.worker == id }
    if isAgain { return holder != nil }
    if countIndependent(known.map(\.seat), with: seat) >= limits.maximumClaims { return true }
    if (claims[slot]?.count ?? 0) < Self.claimsKept {
      claims[slot, default: []].append(
        Claim(number: number, worker: id, seat: seat, reason: reason, since: clock))
      // A late result may be about a unit that waits among the others.
      if units[Int(slot)].isWaiting, isPicky(slot), !picky.contains(slot) { picky.append(slot) }
    }
    return false
  }

  /// Places among these that can vouch for each other: several sessions of one key, or of one machine, count once.
  private func countIndependent(_ others: [WorkerSeat], with seat: WorkerSeat) -> Int {
    others.reduce(into: [seat]) { seats, other in
      if seats.allSatisfy({ isIndependent(other, of: $0) }) { seats.append(other) }
    }.count
  }

  /// A result that the coordinator could not make sense of. The machine is suspected more than the unit.
  mutating func takeInvalid(_ id: WorkerID, _ lease: Lease, _ reason: String, _ actions: inout [Action]) {
    hear(id, lease)
    if lease.epoch > epoch { return }
    disown(id, lease, reason, &actions)
  }

  private mutating func hear(_ id: WorkerID, _ lease: Lease) {
    guard let slot = workerSlots[id] else { return }
    workers[Int(slot)]?.heardAt = clock
    workers[Int(slot)]?.progressAt = clock
    if workers[Int(slot)]?.computing == lease { workers[Int(slot)]?.computing = nil }
  }

  /// Why the result cannot be one of this sweep's.
  private func objection(to lease: Lease, _ numbers: [InterferogramNumber]) -> String? {
    guard lease.unit > 0, lease.unit < nextUnit else { return "unit \(lease.unit) is not of this sweep" }
    guard lease.epoch > 0, lease.attempt > 0 else {
      return "attempt \(lease.attempt) of unit \(lease.unit) in epoch \(lease.epoch) was never given out"
    }
    if lease.epoch == epoch || isBroken(.ignoresEpoch) {
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
        // An older epoch's may have been decided in it; what this epoch gave out, it knows.
        if lease.epoch == epoch { return "interferogram \(number) never was in unit \(lease.unit)" }
      }
    }
    return nil
  }

  private func isUnit(_ ancestor: UnitID, orDescendant unit: UnitID) -> Bool {
    var unit = unit
    while unit != ancestor {
      guard !isBroken(.forgetsParents), let parent = parents[unit], parent < unit else { return false }
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

  /// Ends the lease of a result, whoever holds it now. Its unit ends if this was all that it had open.
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
    if units[Int(slot)].firstLease == none, !isBroken(.forgetsReturnedUnits) { enqueue(slot, isReturned: true) }
    log(slot, attempt, id, from: before, to: units[Int(slot)].state, stimulus, &actions)
  }

  /// Takes what was decided out of a unit, and ends the unit when that was all.
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

  /// Forgets that a unit could not be read when all that could not has its outcome: what is left waits for another reason.
  private mutating func forgetTrouble(of slot: Int32) {
    guard let known = troubles.units[slot], !units[Int(slot)].interferograms.isEmpty,
      units[Int(slot)].interferograms.allSatisfy({ known.reasons[$0] == nil })
    else { return }
    troubles.units[slot] = nil
    if units[Int(slot)].isWaiting && isPicky(slot) { requeue(slot) }
    if mayBeCopied(slot), copyable.list(of: slot) == nil { copyable.append(slot, to: 0) }
  }

  /// Forgets what was claimed of interferograms that have their outcome. A unit of which nothing is claimed any more waits
  /// among the others.
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
