/// How units wait, pass from hand to hand and end.
extension Scheduler {
  @discardableResult mutating func add(_ unit: WorkUnit, blame: Int) -> Int32 {
    precondition(slots[unit.id] == nil, "unit \(unit.id) is there twice")
    let slot = Int32(units.count)
    // Limits may have been tightened since the blame was kept: the next loss tells, not the last one.
    let losses = unit.interferograms.count > 1 ? limits.lossesBeforeSplit : limits.lossesBeforeQuarantine
    let blame = max(0, min(blame, losses * limits.faintLossesPerLoss - 1))
    units.append(
      UnitState(id: unit.id, stack: unit.stack, interferograms: unit.interferograms, blame: blame))
    slots[unit.id] = slot
    for number in unit.interferograms { plan[number] = .open(slot) }
    return slot
  }

  /// Puts a free unit into the queue; one that came back goes to its head.
  mutating func enqueue(_ slot: Int32, isReturned: Bool) {
    waitingUnits += 1
    units[Int(slot)].isWaiting = true
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

  /// Every worker gets its first lease before any gets its second.
  mutating func fillWindows(_ actions: inout [Action]) {
    guard !isDraining, !isFinished, isHandingOut else { return }
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
      guard units[Int(slot)].isWaiting else { continue }
      if troubles.units[slot] == nil { return slot }
      // An entry of the time before it could not be read.
      requeue(slot)
    }
    return nil
  }

  /// Puts a waiting unit that stands in no queue into the one where it belongs.
  mutating func requeue(_ slot: Int32) {
    stopWaiting(slot)
    enqueue(slot, isReturned: true)
  }

  /// Near the end idle workers run copies of the oldest leases.
  mutating func copyOldestLeases(_ actions: inout [Action]) {
    guard waitingUnits == 0, !isDraining, !isFinished, isHandingOut else { return }
    while let worker = roomy.first(of: 0), let slot = copyable.first(of: 0),
      clock - units[Int(slot)].leasedAt >= durations.copyAfter
    {
      lease(slot, to: worker, .copy, &actions)
    }
  }

  /// Ends a unit: whoever still holds it is told, and an entry in the queue goes when its turn comes.
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
