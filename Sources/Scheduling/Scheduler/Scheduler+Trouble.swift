/// Retries of units that a worker could not read, and detection of workers that can read nothing.
///
/// An unreadable unit goes to a worker that has not tried it, on another machine if there is one. It is given
/// up when ``SchedulingLimits/readersBeforeUnreadable`` workers have failed, or all that are connected, in at
/// least ``SchedulingLimits/triesBeforeUnreadable`` tries, and some worker has read something else meanwhile:
/// otherwise the archive may be unavailable to all, and the scheduler waits.
extension Scheduler {
  /// Records what a worker could not read, before its lease ends. Only interferograms it still holds count, and
  /// only if it tried all that are open in the unit: thus every recorded worker has tried everything in the
  /// unit.
  mutating func note(_ trouble: Trouble, _ lease: Lease, _ numbers: [InterferogramNumber], by id: WorkerID) {
    guard let index = held(lease), let worker = workerSlots[id], pool[index].worker == worker else { return }
    let slot = pool[index].unit
    let open = units[Int(slot)].interferograms.filter { plan[$0] == .open(slot) && !numbers.contains($0) }
    guard !open.isEmpty, open.allSatisfy({ trouble.reasons[$0] != nil }) else { return }
    let (stack, host) = (units[Int(slot)].stack, seat(of: worker).host)
    guard trouble.archive != .lost else { return noteArchiveLoss(of: slot, at: seat(of: worker)) }
    if trouble.archive == .seen { troubles.readAt = clock }
    var known = troubles.units[slot] ?? UnitTrouble(since: clock, retryAt: clock)
    known.tries += 1
    if !known.workers.contains(id), known.workers.count < limits.readersBeforeUnreadable {
      known.workers.append(id)
    }
    known.hosts.insert(host)
    for number in open { known.reasons[number] = max(known.reasons[number] ?? 0, trouble.reasons[number] ?? 0) }
    known.retryAt = clock + pause(after: known.tries)
    troubles.units[slot] = known
    noteFailure(of: id, host, stack)
  }

  private mutating func noteArchiveLoss(of slot: Int32, at seat: WorkerSeat) {
    var losses = troubles.losses[slot] ?? ArchiveLosses(since: clock)
    losses.count += 1
    losses.hosts.insert(seat.host)
    if losses.seats.count < limits.archiveLossesBeforeUnreadable { losses.seats.insert(seat) }
    troubles.losses[slot] = losses
  }

  /// Whether enough workers lost the archive over a unit, or the same ones repeatedly for long, and every
  /// connected machine did.
  private func isUnreadable(_ losses: ArchiveLosses) -> Bool {
    let limit = limits.archiveLossesBeforeUnreadable
    let isLong = clock - losses.since >= 10 * durations.archive
    return (losses.seats.count >= limit || losses.count >= limit && isLong) && !hasUntriedHost(losses.hosts)
  }

  /// The pause doubles with each try, up to the longest.
  private func pause(after tries: Int) -> Int64 {
    min(durations.retry << Int64(min(max(tries - 1, 0), 20)), durations.longestRetry)
  }

  private mutating func noteFailure(of id: WorkerID, _ host: Int, _ stack: Int) {
    var others = troubles.failedStacks[stack] ?? []
    if !others.contains(where: { $0.worker == id }), others.count < 2, !others.contains(where: { $0.host == host })
    {
      others.append((id, host))
    }
    troubles.failedStacks[stack] = others
    // If there are several machines, a failure on the same machine does not exonerate the worker.
    let isShared = others.contains { $0.worker != id && ($0.host != host || troubles.hosts.count < 2) }
    if isShared {
      for other in others { troubles.readers[other.worker]?.failedAlone.remove(stack) }
    } else {
      troubles.readers[id, default: ReaderRecord()].failedAlone.insert(stack)
    }
  }

  /// Records that a worker delivered outcomes of a unit.
  mutating func noteRead(_ slot: Int32, by id: WorkerID) {
    troubles.readAt = clock
    if var reader = troubles.readers[id] {
      reader.failedAlone.removeAll()
      reader.reads = reader.refuted.isEmpty ? 0 : reader.reads + 1
      // An occasional read error is no reason to exclude a worker.
      if reader.reads >= limits.readsBeforePardon { (reader.refuted, reader.reads) = ([], 0) }
      troubles.readers[id] = reader
    }
    guard let known = troubles.units[slot] else { return }
    let stack = units[Int(slot)].stack
    troubles.failedStacks[stack] = nil
    for other in known.workers where other != id && workerSlots[other] != nil {
      troubles.readers[other, default: ReaderRecord()].refuted.insert(stack)
    }
  }

  /// Consequences of unreadable interferograms, after the lease has ended: the unit is given up or retried, the
  /// worker continues or is set aside.
  mutating func settle(_ trouble: Trouble, _ lease: Lease, by id: WorkerID, _ actions: inout [Action]) {
    if let slot = slots[lease.unit] { giveUpIfHopeless(slot, lease, by: id, &actions) }
    // Its next unit comes from another stack, so that a single bad stack does not determine its record.
    if let worker = workerSlots[id] { workers[Int(worker)]?.stack = nil }
    if trouble.archive == .lost {
      return setAside(id, stack: nil, cause: "it no longer sees the planned archive", &actions)
    }
    guard let record = troubles.readers[id] else { return }
    if record.failedAlone.count >= limits.stacksBeforeAside, workerSlots.count > 1 {
      setAside(
        id, stack: nil,
        cause:
          "it could not read \(record.failedAlone.count) consecutive stacks that no other worker failed on",
        &actions)
    }
  }

  /// Sets workers aside that failed on stacks which others could read.
  mutating func setRefutedAside(_ slot: Int32, by reader: WorkerID, _ actions: inout [Action]) {
    guard let known = troubles.units[slot] else { return }
    for id in known.workers where id != reader {
      guard let refuted = troubles.readers[id]?.refuted, refuted.count >= limits.stacksBeforeAside else { continue }
      setAside(
        id, stack: units[Int(slot)].stack, cause: "it could not read \(refuted.count) stacks that others read",
        &actions)
    }
  }

  /// Returns a worker's leases without blame; it rejoins as a new worker once it has proved that it can read
  /// the archive.
  private mutating func setAside(_ id: WorkerID, stack: Int?, cause: String, _ actions: inout [Action]) {
    guard let slot = workerSlots[id] else { return }
    putAllBack(of: slot, .aside, &actions)
    if let state = workers[Int(slot)] { noteEnd(of: state, isDeath: false) }
    remove(slot)
    actions.append(.setAside(id, stack: stack, cause: cause))
  }

  /// Assigns units that could not be read before, a bounded number per event.
  mutating func placeTroubled(_ actions: inout [Action]) {
    guard !troubles.queue.isEmpty else { return }
    for _ in 0..<min(troubles.queue.count, Self.unitsAtOnce) {
      let slot = troubles.queue.removeFirst()
      units[Int(slot)].isQueued = false
      guard units[Int(slot)].isWaiting else { continue }
      let last = Lease(epoch: epoch, unit: units[Int(slot)].id, attempt: Int(units[Int(slot)].attempts))
      guard let known = troubles.units[slot],
        !giveUpIfHopeless(slot, last, by: known.workers.last ?? 0, &actions)
      else {
        // The rest of the unit waits for another reason.
        if units[Int(slot)].isWaiting { requeue(slot) }
        continue
      }
      guard let worker = roomyWorkers.first(where: { mayRead(known, $0) }) else {
        units[Int(slot)].isQueued = true
        troubles.queue.append(slot)
        continue
      }
      lease(slot, to: worker, .retry, &actions)
    }
  }

  private static let unitsAtOnce = 8
  private static let workersAtOnce = 16

  /// The first workers with room, those with the fewest leases first.
  private var roomyWorkers: [Int32] {
    var found: [Int32] = []
    for held in 0..<limits.longestWindow where found.count < Self.workersAtOnce {
      found += roomy.all(of: held, atMost: Self.workersAtOnce - found.count)
    }
    return found
  }

  private func mayRead(_ trouble: UnitTrouble, _ worker: Int32) -> Bool {
    guard let state = workers[Int(worker)] else { return false }
    if isOverdue(trouble) { return trouble.retryAt <= clock }
    if hasUntriedHost(trouble.hosts) { return !trouble.hosts.contains(state.seat.host) }
    guard trouble.workers.contains(state.id) else { return true }
    return !hasUntriedWorker(trouble) && trouble.retryAt <= clock
  }

  /// Workers that have not tried it have had no room for too long; stop waiting for them.
  private func isOverdue(_ trouble: UnitTrouble) -> Bool { clock - trouble.since >= 10 * durations.archive }

  private func hasUntriedHost(_ tried: Set<Int>) -> Bool {
    troubles.hosts.count > tried.count { troubles.hosts[$0] != nil }
  }

  private func hasUntriedWorker(_ trouble: UnitTrouble) -> Bool {
    trouble.workers.count < limits.readersBeforeUnreadable
      && workerSlots.count > trouble.workers.count { workerSlots[$0] != nil }
  }

  /// Ends a unit that no worker can read.
  ///
  /// - Returns: whether the unit was ended.
  @discardableResult
  private mutating func giveUpIfHopeless(
    _ slot: Int32, _ lease: Lease, by id: WorkerID, _ actions: inout [Action]
  ) -> Bool {
    guard units[Int(slot)].isOpen, units[Int(slot)].firstLease == none else { return false }
    if let losses = troubles.losses[slot], isUnreadable(losses) {
      giveUp(slot, lease, by: id, reasons: nil, &actions)
      return true
    }
    guard let known = troubles.units[slot] else { return false }
    let isTimeoutOver = clock - known.since >= durations.archive
    let isTried =
      known.tries >= limits.triesBeforeUnreadable
      && (isOverdue(known) || !hasUntriedHost(known.hosts) && !hasUntriedWorker(known))
      && (troubles.readAt >= known.since || isTimeoutOver)
    guard isTried else { return false }
    giveUp(slot, lease, by: id, reasons: known.reasons, &actions)
    return true
  }

  /// Ends a unit, or the affected interferograms of it, as unreadable; `reasons` are those of the
  /// interferograms given up, `nil` for all that is open in the unit.
  private mutating func giveUp(
    _ slot: Int32, _ lease: Lease, by id: WorkerID, reasons: [InterferogramNumber: Int]?, _ actions: inout [Action]
  ) {
    let open = units[Int(slot)].interferograms
    let numbers = reasons.map { reasons in open.filter { reasons[$0] != nil } } ?? open
    for number in numbers {
      plan[number] = .decided(slot)
      actions.append(.giveUp(number, id, lease, reason: reasons?[number] ?? 0))
    }
    remainingInterferograms -= numbers.count
    guard numbers.count < open.count else {
      log(slot, Int32(lease.attempt), id, from: units[Int(slot)].state, to: .unreadable, .unreadable, &actions)
      return end(slot, as: .unreadable, .unreadable, &actions)
    }
    // The rest of the unit goes on.
    units[Int(slot)].interferograms.removeAll { plan[$0] != .open(slot) }
    troubles.units[slot] = nil
    forgetClaims(of: slot)
    if units[Int(slot)].isWaiting && isPicky(slot) { requeue(slot) }
  }

  /// No worker has seen the archive for long enough: everything open is unreadable.
  mutating func giveUpAll(_ actions: inout [Action]) {
    for slot in units.indices where units[slot].isOpen && units[slot].firstLease == none {
      let lease = Lease(epoch: epoch, unit: units[slot].id, attempt: Int(units[slot].attempts))
      giveUp(Int32(slot), lease, by: 0, reasons: nil, &actions)
    }
  }

  private func seat(of worker: Int32) -> WorkerSeat { workers[Int(worker)]?.seat ?? .unknown }

  /// Counts a worker that joined or left.
  mutating func count(_ seat: WorkerSeat, by change: Int) {
    let count = (troubles.hosts[seat.host] ?? 0) + change
    troubles.hosts[seat.host] = count > 0 ? count : nil
  }
}
