/// Collects violated invariants; their texts are built only on violation.
struct Check {
  private(set) var violations: [String] = []

  mutating func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) {
    if !holds { violations.append(otherwise()) }
  }
}

extension Scheduler {
  /// All invariants that are violated now, as texts; empty if none is. Takes time proportional to the sweep, so
  /// it is for tests and simulations; ``violations(after:actions:)`` checks only what one step touched.
  public func invariantViolations() -> [String] {
    var check = Check()
    let waiting = pending.waiting.merging(troubles.queue.map { ($0, 1) }, uniquingKeysWith: +)
    for slot in units.indices {
      checkUnit(Int32(slot), &check)
      let times = waiting[Int32(slot)] ?? 0
      check.expect(
        times == (units[slot].isQueued ? 1 : 0), "unit \(units[slot].id) stands in the queue \(times) times")
    }
    for slot in workers.indices { checkWorker(Int32(slot), &check) }
    checkCounts(&check)
    checkLists(&check)
    checkTroubles(&check)
    return check.violations
  }

  /// Violated invariants of what one step touched; takes time proportional to its actions.
  public func violations(after event: Event, actions: [Action]) -> [String] {
    var check = Check()
    switch event {
    case .workerJoined(let worker, _), .workerLeft(let worker), .workerLost(let worker, _),
      .heartbeat(let worker, _, _, _):
      checkWorker(worker, &check)
    case .result(let worker, let lease, _, _, _, _), .invalidResult(let worker, let lease, _):
      checkWorker(worker, &check)
      checkUnit(lease.unit, &check)
    case .verdict(let lease, _): checkUnit(lease.unit, &check)
    case .tick, .drain, .brought, .archiveLost: break
    }
    for action in actions {
      switch action {
      case .assign(let worker, _, let lease), .revoke(let worker, let lease):
        checkWorker(worker, &check)
        checkUnit(lease.unit, &check)
      case .blame(let unit, _), .losses(let unit, _): checkUnit(unit, &check)
      case .reopen(_, let new): for unit in new { checkUnit(unit.id, &check) }
      case .split(let unit, let halves, _):
        checkUnit(unit, &check)
        for half in halves { checkUnit(half.id, &check) }
      case .evict(let worker, _): checkWorker(worker, &check)
      case .record, .disown, .refuse, .quarantine, .log, .finish, .claim, .compare, .dispute, .distrust, .giveUp,
        .setAside:
        break
      }
    }
    check.expect(
      waitingUnits >= 0 && remainingInterferograms >= 0 && pool.count <= 2 * limits.longestWindow * workers.count,
      "\(waitingUnits) units wait, \(remainingInterferograms) are open, \(pool.count) leases are out")
    return check.violations
  }

  private func checkUnit(_ id: UnitID, _ check: inout Check) {
    if let slot = slots[id] { checkUnit(slot, &check) }
  }

  private func checkWorker(_ id: WorkerID, _ check: inout Check) {
    if let slot = workerSlots[id] { checkWorker(slot, &check) }
  }

  private func checkUnit(_ slot: Int32, _ check: inout Check) {
    let unit = units[Int(slot)]
    var holders = 0
    var index = unit.firstLease
    let mostHolders = unit.isOpen ? limits.copies : limits.maximumWorkers
    while index != none, holders <= mostHolders {
      let record = pool[index]
      check.expect(record.unit == slot, "unit \(unit.id) lists a lease that is not its own")
      check.expect(
        record.attempt > 0 && record.attempt <= unit.attempts,
        "unit \(unit.id) is held under attempt \(record.attempt)")
      check.expect(
        workers[Int(record.worker)]?.leases.contains(index) == true,
        "unit \(unit.id) believes that the worker at \(record.worker) holds it")
      holders += 1
      index = record.next
    }
    check.expect(holders <= mostHolders, "unit \(unit.id) is in too many hands")
    check.expect(holders == unit.holderCount, "unit \(unit.id) counts \(unit.holderCount) holders of \(holders)")
    check.expect(unit.isOpen != unit.interferograms.isEmpty, "unit \(unit.id) is neither open nor ended")
    check.expect(
      unit.isWaiting == (unit.isOpen && holders == 0), "unit \(unit.id) waits \(unit.isWaiting), held \(holders)")
    check.expect(
      !unit.isWaiting || picky.contains(slot) || unit.isQueued && !isPicky(slot),
      "unit \(unit.id) waits and is not in the queue")
    check.expect(unit.isOpen || areErrands(from: unit.firstLease), "unit \(unit.id) has ended and is held")
    check.expect(!unit.isWaiting || !isCondemned(slot), "unit \(unit.id) has cost \(unit.blame) and goes on")
    check.expect(unit.isOpen || !isPicky(slot), "unit \(unit.id) has ended and is still under suspicion")
    check.expect(
      (copyable.list(of: slot) != nil) == mayBeCopied(slot),
      "unit \(unit.id) is listed wrongly among those to be copied")
    check.expect(
      unit.interferograms.first.map { plan[$0] == .open(slot) } ?? true,
      "unit \(unit.id) has an interferogram that is not open in it")
  }

  private func areErrands(from first: Int32) -> Bool {
    var index = first
    while index != none {
      guard errands[index] != nil else { return false }
      index = pool[index].next
    }
    return true
  }

  private func checkWorker(_ slot: Int32, _ check: inout Check) {
    guard let worker = workers[Int(slot)] else {
      return check.expect(roomy.list(of: slot) == nil, "an empty place is listed as with room")
    }
    check.expect(workerSlots[worker.id] == slot, "worker \(worker.id) is not where it is looked for")
    check.expect(
      worker.window >= limits.window && worker.window <= limits.longestWindow,
      "worker \(worker.id) has a window of \(worker.window)")
    check.expect(worker.leases.count <= 2 * limits.longestWindow, "worker \(worker.id) holds too many leases")
    check.expect(
      worker.invalidResults < limits.invalidResults, "worker \(worker.id) is here in spite of what it brought")
    let held = worker.leases.count
    check.expect(
      roomy.list(of: slot) == (held < room(of: worker) ? held : nil),
      "worker \(worker.id) is listed wrongly by its room")
    check.expect(worker.checkAt <= nextDeadline(of: worker), "worker \(worker.id) is looked at too late")
    for index in worker.leases {
      let record = pool[index]
      check.expect(
        record.worker == slot && record.unit != none && self.held(lease(index)) == index,
        "worker \(worker.id) holds a lease that is not its own")
    }
  }

  private func checkCounts(_ check: inout Check) {
    let open = plan.open
    check.expect(
      open.allSatisfy { units[Int($0.slot)].isOpen }, "an interferogram is open in a unit that has ended")
    let inUnits = units.reduce(0) { $0 + $1.interferograms.count }
    check.expect(open.count == inUnits, "\(open.count) interferograms are open, \(inUnits) are in units")
    check.expect(
      open.count == remainingInterferograms,
      "\(open.count) interferograms are open, \(remainingInterferograms) are counted")
    let waiting = units.count { $0.isWaiting }
    check.expect(waiting == waitingUnits, "\(waiting) units wait, \(waitingUnits) are counted")
    let held = workers.reduce(0) { $0 + ($1?.leases.count ?? 0) }
    check.expect(held == pool.count, "\(held) leases are held, \(pool.count) are out")
    check.expect(workers.count { $0 != nil } == workerSlots.count, "workers and their places differ in number")
    check.expect(workerSlots.count <= limits.maximumWorkers, "there are too many workers")
    let last = units.reduce(0) { max($0, $1.id) }
    check.expect(last < nextUnit, "unit \(last) has a number that is still to be given")
  }

  private func checkTroubles(_ check: inout Check) {
    for (slot, trouble) in troubles.units {
      let unit = units[Int(slot)]
      check.expect(unit.isOpen, "unit \(unit.id) has ended and is noted as unreadable")
      check.expect(
        trouble.workers.count <= limits.readersBeforeUnreadable && trouble.tries > 0,
        "unit \(unit.id) was tried \(trouble.tries) times by \(trouble.workers.count) workers")
      check.expect(
        unit.interferograms.contains { trouble.reasons[$0] != nil },
        "unit \(unit.id) holds an interferogram that nobody failed to read")
    }
    check.expect(
      troubles.readers.keys.allSatisfy { workerSlots[$0] != nil }, "a worker that is gone is noted as a reader")
    let hosts = workers.reduce(into: [Int: Int]()) { if let seat = $1?.seat { $0[seat.host, default: 0] += 1 } }
    check.expect(hosts == troubles.hosts, "workers on machines are counted as \(troubles.hosts), not \(hosts)")
  }

  private func checkLists(_ check: inout Check) {
    for (child, parent) in parents {
      let ending = slots[parent].map { units[Int($0)].ending } ?? .split
      check.expect(
        ending == .split || ending == .done, "unit \(child) was split from \(parent), which was not split")
      check.expect(child > parent, "unit \(child) is older than \(parent), from which it was split")
    }
    let roomyWorkers = (0..<limits.longestWindow).flatMap { roomy.all(of: $0) }
    check.expect(
      roomyWorkers.count
        == workers.indices.count {
          workers[$0].map { roomy.list(of: workerSlots[$0.id] ?? none) != nil } ?? false
        },
      "\(roomyWorkers.count) workers are listed as with room")
    let listed = copyable.all(of: 0)
    check.expect(
      listed.count == units.indices.count { mayBeCopied(Int32($0)) },
      "\(listed.count) units are listed to be copied")
    var entries: [Int32: Set<Int64>] = [:]
    for deadline in deadlines.unordered { entries[deadline.worker, default: []].insert(deadline.at) }
    for case let (slot, worker?) in zip(workers.indices, workers) {
      check.expect(
        entries[Int32(slot)]?.contains(worker.checkAt) == true,
        "worker \(worker.id) has no entry among the deadlines")
    }
  }
}
