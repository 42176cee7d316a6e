/// Units that are not for everybody, and leases that decide nothing.
extension Scheduler {
  /// Whether a unit is handed out with care: workers died over it, or one says that it cannot be scored.
  func isPicky(_ slot: Int32) -> Bool {
    troubles.units[slot] == nil && (trails[slot] != nil || claims[slot] != nil)
  }

  /// Hands out what is not for everybody: probes to places under suspicion, checks and picky units to workers that may
  /// have them. Looks at a few workers and units each time, at more of them at a tick.
  mutating func handOutWithCare(isTick: Bool, _ actions: inout [Action]) {
    probe(&actions)
    guard !picky.isEmpty || !waitingChecks.isEmpty else { return }
    var left = isTick ? 4096 : 16
    for held in 0..<limits.longestWindow {
      for worker in roomy.all(of: held, atMost: left) {
        left -= 1
        while let state = workers[Int(worker)], state.leases.count < room(of: state) {
          guard handOut(toWorker: worker, state, &actions) else { break }
        }
      }
      guard left > 0, !picky.isEmpty || !waitingChecks.isEmpty else { return }
    }
  }

  private mutating func handOut(toWorker worker: Int32, _ state: WorkerState, _ actions: inout [Action]) -> Bool {
    if !isOnProbation(state), let place = waitingChecks.prefix(64).firstIndex(where: { mayCheck($0, state) }) {
      var check = waitingChecks.remove(at: place)
      check.tries += 1
      run(.check(check), of: check.unit, by: worker, &actions)
      return true
    }
    picky = picky.filter { units[Int($0)].isWaiting && isPicky($0) }
    guard let place = picky.prefix(64).firstIndex(where: { mayTake($0, state) }) else { return false }
    let slot = picky.remove(at: place)
    lease(slot, to: worker, .room, &actions)
    return true
  }

  /// Whether a picky unit goes to this worker: to another machine than those where there was trouble, if there is one, else
  /// to another slot, else to anybody; and to anybody when it has waited for long.
  func mayTake(_ slot: Int32, _ state: WorkerState) -> Bool {
    if isBroken(.blamesHealthyOnes) { return true }
    guard
      !isOnProbation(state) || (proven.isEmpty || state.probes >= limits.checkTries) && waitingUnits <= picky.count
    else { return false }
    let losses = (trails[slot]?.losses ?? []).filter { $0.standing != .forgiven }
    let claims = claims[slot] ?? []
    guard clock - units[Int(slot)].waitsSince < durations.pickiness else { return true }
    if claims.contains(where: { $0.worker == state.id || !isIndependent(state.seat, of: $0.seat) }) {
      // Another one had it and did not return it, or keeps it from everybody: the word of the one who did has to do.
      return losses.contains { $0.seat != state.seat }
        || claims.allSatisfy { clock - $0.since >= durations.claim }
    }
    let hosts = Set(losses.map(\.seat.host))
    if !hosts.contains(state.seat.host) { return true }
    guard ableHosts.count <= hosts.count(where: { ableHosts[$0] != nil }) else { return false }
    let seats = Set(losses.map(\.seat))
    return !seats.contains(state.seat) || seats.reduce(0) { $0 + (ableSeats[$1] ?? 0) } >= ableWorkers
  }

  private func mayCheck(_ check: SpotCheck, _ state: WorkerState) -> Bool {
    guard !check.involves(state.id), isIndependent(state.seat, of: check.first.seat) else { return false }
    // Two without a key are both the coordinator's own.
    return check.second.map { isIndependent(state.seat, of: $0.seat) || state.seat.key == 0 && $0.seat.key == 0 }
      ?? true
  }

  /// Gives each worker of a suspected place something that was computed before.
  private mutating func probe(_ actions: inout [Action]) {
    guard !seats.isEmpty, !proven.isEmpty else { return }
    for worker in roomy.all(of: 0, atMost: 64) {
      // One that cannot read them shows by other units what it can.
      guard let state = workers[Int(worker)], isOnProbation(state), state.probes < limits.checkTries else {
        continue
      }
      workers[Int(worker)]?.probes += 1
      let unit = proven[(state.id + state.probes) % proven.count]
      run(.probe([unit.number]), of: unit.slot, by: worker, &actions)
    }
  }

  private mutating func run(_ errand: Errand, of slot: Int32, by worker: Int32, _ actions: inout [Action]) {
    guard let id = workers[Int(worker)]?.id else { return }
    units[Int(slot)].attempts += 1
    let attempt = units[Int(slot)].attempts
    let index = hold(slot, attempt, by: worker)
    errands[index] = errand
    let lease = Lease(epoch: epoch, unit: units[Int(slot)].id, attempt: Int(attempt))
    let unit = WorkUnit(id: lease.unit, stack: units[Int(slot)].stack, interferograms: errand.numbers)
    actions.append(.assign(id, unit, lease))
    let stimulus: Transition.Stimulus = if case .probe = errand { .probe } else { .check }
    log(slot, attempt, id, from: .done, to: .done, stimulus, &actions)
  }

  /// Takes an errand's lease back: a probe is forgotten, a check waits for another worker.
  mutating func dropErrand(_ index: Int32) {
    guard let errand = errands.removeValue(forKey: index) else { return }
    release(index)
    if case .check(let check) = errand { wait(for: check) }
  }

  /// The result of an errand has come. It is recorded nowhere.
  mutating func finishErrand(
    _ index: Int32, _ lease: Lease, _ id: WorkerID, _ worker: Int32?, isWhole: Bool, _ actions: inout [Action]
  ) {
    guard let errand = errands[index] else { return }
    guard isWhole, let worker, pool[index].worker == worker, let seat = workers[Int(worker)]?.seat else {
      return dropErrand(index)
    }
    errands[index] = nil
    fitWindow(of: worker)
    release(index)
    prove(worker, &actions)
    guard case .check(let check) = errand, verdicts.count < limits.maximumChecks else { return }
    verdicts[lease] = (check, SpotCheck.Party(worker: id, seat: seat))
    actions.append(.compare(id, lease))
  }

  /// A unit was done by a worker: it may be a probe, and it may be chosen to be computed again, whoever gave it out and
  /// whether the worker is handed anything.
  mutating func noteDone(
    _ lease: Lease, _ numbers: [InterferogramNumber], rejected: [InterferogramNumber: String], by id: WorkerID
  ) {
    let scored = numbers.filter { rejected[$0] == nil }
    guard let number = scored.first else { return }
    let state = workerSlots[id].flatMap { workers[Int($0)] }
    let own = lease.epoch == epoch ? slots[lease.unit] : nil
    if let own, state != nil, !units[Int(own)].isOpen {
      let unit = (slot: own, number: number)
      if proven.count < limits.probes { proven.append(unit) } else { proven[nextProven] = unit }
      nextProven = (nextProven + 1) % limits.probes
    }
    guard checks.isChosen(lease) else { return }
    let party = SpotCheck.Party(worker: id, seat: state?.seat ?? .unknown)
    if let own { return waitForUnit(of: SpotCheck(unit: own, numbers: scored, first: party, since: clock)) }
    // What an earlier coordinator gave out may be in several units by now.
    var parts: [(slot: Int32, numbers: [InterferogramNumber])] = []
    for number in scored {
      guard case .decided(let slot) = plan[number] else { continue }
      if let place = parts.firstIndex(where: { $0.slot == slot }) {
        parts[place].numbers.append(number)
      } else {
        parts.append((slot, [number]))
      }
    }
    for part in parts {
      waitForUnit(of: SpotCheck(unit: part.slot, numbers: part.numbers, first: party, since: clock))
    }
  }

  /// Whoever leaves a part of its unit open is checked all the same, once that is done.
  private mutating func waitForUnit(of check: SpotCheck) {
    guard units[Int(check.unit)].isOpen else { return wait(for: check) }
    if deferredChecks.count < limits.maximumChecks { deferredChecks[check.unit, default: []].append(check) }
  }

  /// A unit has ended: what was to be checked of it can be.
  mutating func endDeferral(of slot: Int32) {
    for check in deferredChecks.removeValue(forKey: slot) ?? [] { wait(for: check) }
  }

  /// A worker scored what another rejected: a third one shows who is right.
  mutating func ask(aboutClaim claim: Claim, _ number: InterferogramNumber, scoredBy worker: Int32) {
    guard let state = workers[Int(worker)], case .decided(let slot) = plan[number], !units[Int(slot)].isOpen,
      claim.worker != state.id
    else { return }
    wait(
      for: SpotCheck(
        unit: slot, numbers: [number], first: SpotCheck.Party(worker: state.id, seat: state.seat),
        second: SpotCheck.Party(worker: claim.worker, seat: claim.seat), since: clock))
  }

  private mutating func wait(for check: SpotCheck) {
    guard check.tries < limits.checkTries, waitingChecks.count < limits.maximumChecks, !isDraining else { return }
    var check = check
    check.since = clock
    waitingChecks.append(check)
  }

  /// What the comparison of an errand's result with what is known came to. One that says nothing ends the check: nobody is
  /// convicted by it.
  mutating func takeVerdict(_ lease: Lease, agrees: Bool?, _ actions: inout [Action]) {
    guard let (check, party) = verdicts.removeValue(forKey: lease), let agrees else { return }
    guard let second = check.second else {
      guard !agrees, !isBroken(.believesLiars) else { return }
      var check = check
      check.second = party
      check.tries = 0
      return wait(for: check)
    }
    convict(agrees ? second : check.first, &actions)
  }

  /// Two of three agree against one: it is put aside, and what it brought since it was last confirmed is asked for.
  private mutating func convict(_ party: SpotCheck.Party, _ actions: inout [Action]) {
    let cause = "two other workers agree on a result that differs from its own"
    investigations.insert(party.worker)
    if let slot = workerSlots[party.worker] {
      actions.append(.evict(party.worker, cause: cause))
      putAllBack(of: slot, .invalid, &actions)
      remove(slot)
    }
    banned.insert(party.worker)
    actions.append(.distrust(party.worker, reason: cause))
  }

  /// Opens again what a worker brought that is not trusted any more.
  mutating func reopen(_ worker: WorkerID, _ brought: [BroughtUnit], _ actions: inout [Action]) {
    guard investigations.remove(worker) != nil else { return }
    var new: [WorkUnit] = []
    for unit in brought {
      let numbers = unit.interferograms.filter {
        if case .open = plan[$0] { false } else { true }
      }
      guard !numbers.isEmpty else { continue }
      let work = WorkUnit(id: nextUnit, stack: unit.stack, interferograms: numbers)
      nextUnit += 1
      if unit.unit > 0 { parents[work.id] = unit.unit }
      new.append(work)
      remainingInterferograms += numbers.count
      enqueue(add(work, blame: 0), isReturned: false)
    }
    proven.removeAll { if case .open = plan[$0.number] { true } else { false } }
    nextProven = proven.isEmpty ? 0 : nextProven % proven.count
    waitingChecks.removeAll { $0.numbers.contains { if case .open = plan[$0] { true } else { false } } }
    if !new.isEmpty { actions.append(.reopen(worker, new)) }
  }

  /// Whether checks are still under way that may open something again; those that nobody is there to make are dropped.
  mutating func hasOpenChecks(_ actions: inout [Action]) -> Bool {
    if !waitingChecks.isEmpty {
      let able = workers.compactMap { $0 }.filter {
        !$0.isLeaving && restsUntil($0.seat) <= clock && mayEndProbation($0)
      }
      let isStuck = checksRestSince.map { clock - $0 >= durations.claim } ?? false
      waitingChecks = waitingChecks.filter { check in
        if !isStuck, able.contains(where: { mayCheck(check, $0) }) { return true }
        if let second = check.second { actions.append(.dispute(check.first.worker, second.worker, check.numbers)) }
        return false
      }
    }
    let isUnderWay = errands.values.contains { if case .check = $0 { true } else { false } }
    let isMoving = !investigations.isEmpty || !verdicts.isEmpty || isUnderWay
    checksRestSince = isMoving || waitingChecks.isEmpty || !isHandingOut ? nil : checksRestSince ?? clock
    return isMoving || !waitingChecks.isEmpty
  }

  /// Whether a worker may make checks, or may come to it: what it holds, or a probe, may end its probation.
  private func mayEndProbation(_ state: WorkerState) -> Bool {
    !isOnProbation(state) || !state.leases.isEmpty || !proven.isEmpty && state.probes < limits.checkTries
  }
}

/// What a worker brought of one unit.
public struct BroughtUnit: Hashable, Sendable {
  /// The unit of its lease; 0 where that is not known.
  public var unit: UnitID
  public var stack: Int
  public var interferograms: [InterferogramNumber]

  public init(unit: UnitID, stack: Int, interferograms: [InterferogramNumber]) {
    (self.unit, self.stack, self.interferograms) = (unit, stack, interferograms)
  }
}
