/// Queueing, assigning and ending units.
extension Scheduler {
  @discardableResult mutating func add(_ unit: WorkUnit, blame: Int) -> Int32 {
    precondition(slots[unit.id] == nil, "unit \(unit.id) is there twice")
    let slot = Int32(units.count)
    units.append(
      UnitState(id: unit.id, stack: unit.stack, interferograms: unit.interferograms, blame: blame))
    slots[unit.id] = slot
    for number in unit.interferograms { plan[number] = .open(slot) }
    return slot
  }

  /// Restores what earlier coordinators recorded of a unit.
  mutating func recall(_ planned: PlannedUnit, _ slot: Int32) {
    if !planned.losses.isEmpty {
      trails[slot] = Trail(planned.losses)
      for loss in planned.losses where loss.standing == .unproven { recall(loss, of: slot) }
    }
    if !planned.claims.isEmpty {
      // Worker numbers of this coordinator start at 1.
      claims[slot] = planned.claims.prefix(Self.claimsKept).enumerated().map { index, claim in
        Claim(number: claim.interferogram, worker: -1 - index, seat: claim.seat, reason: claim.reason, since: clock)
      }
    }
    // The limits may have been lowered since the blame was stored; then the next loss decides, not the last
    // one.
    let losses = planned.unit.interferograms.count > 1 ? limits.lossesBeforeSplit : limits.lossesBeforeQuarantine
    let excess = countedBlame(of: slot) - losses * limits.faintLossesPerLoss + 1
    if excess > 0 { units[Int(slot)].blame -= excess }
  }

  static let claimsKept = 2048

  /// Adds a unit whose interferograms were scored in earlier epochs.
  mutating func addProven(_ unit: WorkUnit) {
    guard slots[unit.id] == nil, unit.id < nextUnit, proven.count < limits.probes else { return }
    let slot = Int32(units.count)
    units.append(UnitState(id: unit.id, stack: unit.stack, interferograms: [], blame: 0))
    units[Int(slot)].ending = .done
    slots[unit.id] = slot
    for number in unit.interferograms where plan[number] == .unknown {
      plan[number] = .decided(slot)
      proven.append((slot, number))
    }
  }

  /// Queues a unit that nobody holds; a returned unit goes to the head.
  mutating func enqueue(_ slot: Int32, isReturned: Bool) {
    waitingUnits += 1
    units[Int(slot)].isWaiting = true
    units[Int(slot)].waitsSince = clock
    guard !isPicky(slot) else {
      if !picky.contains(slot) { picky.append(slot) }
      return
    }
    guard !units[Int(slot)].isQueued else { return }
    units[Int(slot)].isQueued = true
    if troubles.units[slot] != nil { return troubles.queue.append(slot) }
    if isReturned {
      pending.prepend(slot, stack: units[Int(slot)].stack)
    } else {
      pending.append(slot, stack: units[Int(slot)].stack)
    }
  }

  mutating func stopWaiting(_ slot: Int32) {
    guard units[Int(slot)].isWaiting else { return }
    units[Int(slot)].isWaiting = false
    waitingUnits -= 1
  }

  /// Fills the workers' windows, every worker's first lease before any second one.
  mutating func fillWindows(isTick: Bool, _ actions: inout [Action]) {
    guard !isDraining, !isFinished, isHandingOut else { return }
    handOutWithCare(isTick: isTick, &actions)
    placeTroubled(&actions)
    for held in 0..<limits.longestWindow {
      guard waitingUnits > 0 else { return }
      while let worker = roomy.first(of: held) {
        guard let slot = nextPending(preferring: workers[Int(worker)]?.stack) else { return }
        lease(slot, to: worker, .room, &actions)
      }
    }
  }

  private mutating func nextPending(preferring stack: Int?) -> Int32? {
    while let slot = pending.next(preferring: stack) {
      units[Int(slot)].isQueued = false
      guard units[Int(slot)].isWaiting, !picky.contains(slot) else { continue }
      if troubles.units[slot] == nil && !isPicky(slot) { return slot }
      // The entry dates from before the unit had trouble.
      requeue(slot)
    }
    return nil
  }

  /// Puts a waiting unit that is not queued into the right queue.
  mutating func requeue(_ slot: Int32) {
    stopWaiting(slot)
    enqueue(slot, isReturned: true)
  }

  /// Near the end of the sweep idle workers run copies of the oldest leases.
  mutating func copyOldestLeases(_ actions: inout [Action]) {
    guard waitingUnits == 0, !isDraining, !isFinished, isHandingOut else { return }
    while let worker = roomy.first(of: 0), let slot = copyable.first(of: 0), isFit(toCopy: worker),
      clock - units[Int(slot)].leasedAt >= durations.copyAfter
    {
      lease(slot, to: worker, .copy, &actions)
    }
  }

  /// Slots under suspicion make no copies.
  private func isFit(toCopy worker: Int32) -> Bool {
    workers[Int(worker)].map { !isOnProbation($0) } ?? false
  }

  /// Ends a unit: workers that still hold it are notified, and its entry in the queue is dropped when it reaches
  /// the head.
  mutating func end(
    _ slot: Int32, as ending: Transition.State, _ stimulus: Transition.Stimulus, _ actions: inout [Action]
  ) {
    stopWaiting(slot)
    let id = units[Int(slot)].id
    while units[Int(slot)].firstLease != none {
      let index = units[Int(slot)].firstLease
      let (record, worker) = (pool[index], workers[Int(pool[index].worker)])
      release(index)
      actions.append(.revoke(worker?.id ?? 0, Lease(epoch: epoch, unit: id, attempt: Int(record.attempt))))
      log(slot, record.attempt, worker?.id, from: .leased, to: ending, stimulus, &actions)
    }
    units[Int(slot)].ending = ending
    units[Int(slot)].interferograms = []
    units[Int(slot)].forgetAnswers()
    trails[slot] = nil
    claims[slot] = nil
    picky.removeAll { $0 == slot }
    endDeferral(of: slot)
    copyable.remove(slot)
    troubles.units[slot] = nil
    troubles.losses[slot] = nil
  }

  func log(
    _ slot: Int32, _ attempt: Int32, _ worker: WorkerID?, from: Transition.State, to: Transition.State,
    _ stimulus: Transition.Stimulus, _ actions: inout [Action]
  ) {
    actions.append(
      .log(
        Transition(
          unit: units[Int(slot)].id, attempt: Int(attempt), worker: worker, from: from, to: to,
          stimulus: stimulus)))
  }
}
