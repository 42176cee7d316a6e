/// Units that only some workers may get, and leases whose results are only compared.
extension Scheduler {
  /// Whether a unit is assigned with restrictions: workers died over it, or one claims that it cannot be
  /// scored.
  func isPicky(_ slot: Int32) -> Bool {
    troubles.units[slot] == nil && (trails[slot] != nil || claims[slot] != nil)
  }

  /// Assigns restricted work: probes to slots under suspicion, checks and picky units to eligible workers.
  /// Looks at a few workers and units each time, and at more of them on a tick.
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

  /// Whether a picky unit may go to this worker: to another machine than those with trouble if there is one,
  /// else to another slot, else to any worker; and to any worker after ``SchedulingLimits/pickinessSeconds``.
  func mayTake(_ slot: Int32, _ state: WorkerState) -> Bool {
    guard
      !isOnProbation(state) || (proven.isEmpty || state.probes >= limits.checkTries) && waitingUnits <= picky.count
    else { return false }
    let losses = (trails[slot]?.losses ?? []).filter { $0.standing != .forgiven }
    let claims = claims[slot] ?? []
    guard clock - units[Int(slot)].waitsSince < durations.pickiness else { return true }
    if claims.contains(where: { $0.worker == state.id || !isIndependent(state.seat, of: $0.seat) }) {
      // Another worker had it and did not return it, or holds all copies; then the loser may try again.
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
    // Two workers without a key both belong to the coordinator.
    return check.second.map { isIndependent(state.seat, of: $0.seat) || state.seat.key == 0 && $0.seat.key == 0 }
      ?? true
  }

  /// Gives each worker of a suspected slot something that was computed before.
  private mutating func probe(_ actions: inout [Action]) {
    guard !seats.isEmpty, !proven.isEmpty else { return }
    for worker in roomy.all(of: 0, atMost: 64) {
      // A worker that cannot read it has to prove itself with other units.
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

  /// Ends the lease of an errand without a result: a probe is dropped, a check waits for another worker.
  mutating func dropErrand(_ index: Int32) {
    guard let errand = errands.removeValue(forKey: index) else { return }
    release(index)
    if case .check(let check) = errand { wait(for: check) }
  }

  /// Handles the result of an errand; it is never recorded.
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

  /// A worker completed a unit: it may serve as a probe later, and may be chosen for a check. The choice does
  /// not depend on who assigned it or on whether the worker gets more work.
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
    // Interferograms of a unit of an earlier epoch may be in several units now.
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

  /// A worker cannot evade a check by leaving part of its unit open: the check waits until the unit is
  /// complete.
  private mutating func waitForUnit(of check: SpotCheck) {
    guard units[Int(check.unit)].isOpen else { return wait(for: check) }
    if deferredChecks.count < limits.maximumChecks { deferredChecks[check.unit, default: []].append(check) }
  }

  /// A unit has ended; its deferred checks can be made.
  mutating func endDeferral(of slot: Int32) {
    for check in deferredChecks.removeValue(forKey: slot) ?? [] { wait(for: check) }
  }

  /// A worker scored what another rejected: a third one decides who is right.
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

  /// Handles the comparison of an errand's result with the known outcome. An inconclusive comparison ends the
  /// check without consequences.
  mutating func takeVerdict(_ lease: Lease, agrees: Bool?, _ actions: inout [Action]) {
    guard let (check, party) = verdicts.removeValue(forKey: lease), let agrees else { return }
    guard let second = check.second else {
      guard !agrees else { return }
      var check = check
      check.second = party
      check.tries = 0
      return wait(for: check)
    }
    convict(agrees ? second : check.first, &actions)
  }

  /// Two of three workers agree against one: it is banned, and its unconfirmed results are requested.
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

  /// Reopens the results of a worker that is not trusted any more.
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

  /// Whether checks that may reopen something are still under way; those that no worker can make are dropped.
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

  /// Whether a worker may make checks, or may become eligible: a held unit or a probe may end its probation.
  private func mayEndProbation(_ state: WorkerState) -> Bool {
    !isOnProbation(state) || !state.leases.isEmpty || !proven.isEmpty && state.probes < limits.checkTries
  }
}

/// The interferograms of one unit whose outcomes a worker delivered.
public struct BroughtUnit: Hashable, Sendable {
  /// The unit of its lease; 0 where that is not known.
  public var unit: UnitID
  /// The stack's number in the plan.
  public var stack: Int
  /// Their numbers in the plan.
  public var interferograms: [InterferogramNumber]

  public init(unit: UnitID, stack: Int, interferograms: [InterferogramNumber]) {
    (self.unit, self.stack, self.interferograms) = (unit, stack, interferograms)
  }
}
