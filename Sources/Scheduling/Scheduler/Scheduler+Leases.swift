/// Giving, renewing, resuming and returning leases.
extension Scheduler {
  mutating func lease(
    _ slot: Int32, to worker: Int32, _ stimulus: Transition.Stimulus, _ actions: inout [Action]
  ) {
    guard let id = workers[Int(worker)]?.id else { return }
    let from = units[Int(slot)].state
    units[Int(slot)].attempts += 1
    let attempt = units[Int(slot)].attempts
    hold(slot, attempt, by: worker)
    workers[Int(worker)]?.stack = units[Int(slot)].stack
    let lease = Lease(epoch: epoch, unit: units[Int(slot)].id, attempt: Int(attempt))
    actions.append(.assign(id, units[Int(slot)].workUnit, lease))
    log(slot, attempt, id, from: from, to: .leased, stimulus, &actions)
  }

  /// Adds a lease to its unit and its worker.
  @discardableResult mutating func hold(_ slot: Int32, _ attempt: Int32, by worker: Int32) -> Int32 {
    stopWaiting(slot)
    let index = pool.add(
      LeasePool.Record(
        unit: slot, worker: worker, attempt: attempt, next: units[Int(slot)].firstLease,
        since: clock, deadline: clock + durations.unnamed))
    units[Int(slot)].firstLease = index
    units[Int(slot)].holderCount += 1
    units[Int(slot)].leasedAt = clock
    copyable.remove(slot)
    if mayBeCopied(slot) { copyable.append(slot, to: 0) }
    if workers[Int(worker)]?.leases.isEmpty == true {
      workers[Int(worker)]?.progressAt = clock
      workers[Int(worker)]?.freeSince = clock
    }
    workers[Int(worker)]?.leases.append(index)
    workers[Int(worker)]?.hasHeld = true
    noteRoom(of: worker)
    arm(worker)
    return index
  }

  /// Removes a lease from its unit and its worker. The caller decides whether the unit waits again.
  mutating func release(_ index: Int32) {
    let record = pool[index]
    let unit = Int(record.unit)
    if units[unit].firstLease == index {
      units[unit].firstLease = record.next
    } else {
      var before = units[unit].firstLease
      while pool[before].next != index { before = pool[before].next }
      pool[before].next = record.next
    }
    units[unit].holderCount -= 1
    copyable.remove(record.unit)
    if units[unit].holderCount > 0 && units[unit].isOpen {
      // A unit that loses a copy goes before units that never had one. The latest lease is first in the list.
      units[unit].leasedAt = pool[units[unit].firstLease].since
      if mayBeCopied(record.unit) { copyable.prepend(record.unit, to: 0) }
    }
    workers[Int(record.worker)]?.leases.removeAll { $0 == index }
    pool.remove(index)
    noteRoom(of: record.worker)
  }

  /// A unit that a worker could not read moves from one worker to the next; it is never copied to an idle
  /// worker, which may have failed before.
  func mayBeCopied(_ slot: Int32) -> Bool {
    let held = units[Int(slot)].holderCount
    return units[Int(slot)].isOpen && held > 0 && held < limits.copies && troubles.units[slot] == nil
  }

  /// Takes a lease from its worker; its unit waits again unless other workers hold it too.
  mutating func putBack(_ index: Int32, _ stimulus: Transition.Stimulus, _ actions: inout [Action]) {
    let record = pool[index]
    let worker = workers[Int(record.worker)]?.id
    guard errands[index] == nil else { return dropErrand(index) }
    release(index)
    if units[Int(record.unit)].firstLease == none { enqueue(record.unit, isReturned: true) }
    log(
      record.unit, record.attempt, worker, from: .leased, to: units[Int(record.unit)].state, stimulus, &actions)
    condemnIfDue(record.unit, stimulus, &actions)
  }

  /// Index of the lease in the pool, whoever holds it.
  func held(_ lease: Lease) -> Int32? {
    guard lease.epoch == epoch, let slot = slots[lease.unit] else { return nil }
    var index = units[Int(slot)].firstLease
    while index != none, Int(pool[index].attempt) != lease.attempt { index = pool[index].next }
    return index == none ? nil : index
  }

  func lease(_ index: Int32) -> Lease {
    Lease(epoch: epoch, unit: units[Int(pool[index].unit)].id, attempt: Int(pool[index].attempt))
  }

  /// Handles a lease that a worker names but, by the scheduler's state, does not hold.
  ///
  /// A worker that was evicted and reconnects under a new number may still compute its old leases. If nobody
  /// else got the unit meanwhile, it gets the lease back, beyond its window if necessary but never beyond twice
  /// its size. If the unit was leased to the same worker again, nothing happens: its result counts under either
  /// lease.
  mutating func answer(_ lease: Lease, named worker: Int32, _ id: WorkerID, _ actions: inout [Action]) {
    guard lease.epoch == epoch, let slot = slots[lease.unit], lease.attempt > 0,
      lease.attempt <= Int(units[Int(slot)].attempts)
    else { return actions.append(.revoke(id, lease)) }
    let attempt = Int32(lease.attempt)
    // Its result has arrived; the acknowledgement is on its way.
    if units[Int(slot)].closingAttempt == attempt || units[Int(slot)].answered.contains(attempt) { return }
    if units[Int(slot)].isWaiting, !isFinished, let state = workers[Int(worker)], !state.isLeaving,
      state.leases.count < 2 * state.window
    {
      hold(slot, attempt, by: worker)
      return log(slot, attempt, id, from: .waiting, to: .leased, .resumed, &actions)
    }
    var index = units[Int(slot)].firstLease
    while index != none, pool[index].worker != worker { index = pool[index].next }
    if index == none { actions.append(.revoke(id, lease)) }
  }

  /// Updates the list of workers with room after a change of this worker's lease count.
  mutating func noteRoom(of worker: Int32) {
    guard let state = workers[Int(worker)] else { return roomy.remove(worker) }
    let held = state.leases.count
    let wanted = held < room(of: state) ? held : nil
    guard roomy.list(of: worker) != wanted else { return }
    roomy.remove(worker)
    if let wanted { roomy.append(worker, to: wanted) }
  }

  /// Leases that a worker may hold now.
  func room(of state: WorkerState) -> Int {
    state.isLeaving || workerSlots[state.id].map(resting.contains) == true ? 0 : state.window
  }

  /// Adapts a worker's window to the duration of its units, given one it has just returned. Long durations take
  /// effect at once, so that few units wait behind the next; short ones gradually.
  mutating func fitWindow(of worker: Int32) {
    guard let state = workers[Int(worker)] else { return }
    let elapsed = min(clock - state.freeSince, durations.ahead)
    let duration = state.unitDuration + (elapsed - state.unitDuration) / 8
    let inTime = durations.ahead / max(duration, 1)
    workers[Int(worker)]?.unitDuration = duration
    workers[Int(worker)]?.freeSince = clock
    workers[Int(worker)]?.window = min(max(limits.window, Int(clamping: inTime)), limits.longestWindow)
  }
}
