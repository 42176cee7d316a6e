extension Scheduler {
  /// What must hold after every step, in words; empty when all of it does. Costs time in proportion to the sweep, so
  /// it is for tests and simulations; ``violations(after:actions:)`` looks only at what a step touched.
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    let waiting = pending.waiting
    for slot in units.indices {
      violations += self.violations(ofUnit: Int32(slot))
      let times = waiting[Int32(slot)] ?? 0
      if times != (units[slot].isQueued ? 1 : 0) {
        violations.append("unit \(units[slot].id) is queued \(times) times")
      }
    }
    for slot in workers.indices { violations += self.violations(ofWorker: Int32(slot)) }
    return violations + violationsOfCounts() + violationsOfLists()
  }

  /// What must hold of what one step touched; costs time in proportion to its actions.
  public func violations(after event: Event, actions: ArraySlice<Action>) -> [String] {
    var violations: [String] = []
    var touched: [(worker: WorkerID?, unit: UnitID?)] = []
    switch event {
    case .workerJoined(let worker), .workerLeft(let worker), .workerLost(let worker, _),
      .heartbeat(let worker, _, _, _):
      touched.append((worker, nil))
    case .result(let worker, let lease, _), .invalidResult(let worker, let lease, _):
      touched.append((worker, lease.unit))
    case .tick, .drain: break
    }
    for action in actions {
      switch action {
      case .assign(let worker, _, let lease), .revoke(let worker, let lease): touched.append((worker, lease.unit))
      case .blame(let unit, _): touched.append((nil, unit))
      case .split(let unit, let halves, _): touched += ([unit] + halves.map(\.id)).map { (nil, $0) }
      case .log(let transition): touched.append((transition.worker, transition.unit))
      case .evict(let worker, _): touched.append((worker, nil))
      case .record, .disown, .refuse, .quarantine, .finish: break
      }
    }
    for (worker, unit) in touched {
      if let slot = unit.flatMap({ slots[$0] }) { violations += self.violations(ofUnit: slot) }
      if let slot = worker.flatMap({ workerSlots[$0] }) { violations += self.violations(ofWorker: slot) }
    }
    if waitingUnits > units.count || remainingInterferograms < 0 || pool.count > 2 * limits.window * workers.count {
      violations.append("\(waitingUnits) wait, \(remainingInterferograms) are open, \(pool.count) leases are out")
    }
    return violations
  }

  private func violations(ofUnit slot: Int32) -> [String] {
    var violations: [String] = []
    let unit = units[Int(slot)]
    func expect(_ holds: Bool, _ otherwise: String) {
      if !holds { violations.append("unit \(unit.id) \(otherwise)") }
    }
    var holders: [Int32] = []
    var index = unit.firstLease
    while index != none, holders.count <= limits.copies {
      let record = pool[index]
      expect(record.unit == slot, "lists a lease that is not its own")
      expect(record.attempt > 0 && record.attempt <= unit.attempts, "is held under attempt \(record.attempt)")
      expect(
        workers[Int(record.worker)]?.leases.contains(index) == true, "believes worker \(record.worker) holds it")
      expect(!holders.contains(record.worker), "is held twice by one worker")
      holders.append(record.worker)
      index = record.next
    }
    expect(holders.count <= limits.copies, "has too many copies")
    expect(holders.count == unit.holderCount, "counts \(unit.holderCount) holders of \(holders.count)")
    expect(unit.isOpen != unit.interferograms.isEmpty, "is neither open nor ended")
    expect(unit.isWaiting == (unit.isOpen && holders.isEmpty), "is in nobody's hands and does not wait, or both")
    expect(!unit.isWaiting || unit.isQueued, "waits and is not in the queue")
    expect(unit.isOpen || holders.isEmpty, "has ended and is held")
    let losses = unit.interferograms.count > 1 ? limits.lossesBeforeSplit : limits.lossesBeforeQuarantine
    expect(!unit.isOpen || unit.blame < losses * limits.faintLossesPerLoss, "has cost \(unit.blame) and goes on")
    let mayBeCopied = !holders.isEmpty && holders.count < limits.copies
    expect((copyable.list(of: slot) != nil) == mayBeCopied, "is listed wrongly among those to be copied")
    if let first = unit.interferograms.first {
      expect(plan[first] == .open(slot), "does not know interferogram \(first)")
    }
    return violations
  }

  private func violations(ofWorker slot: Int32) -> [String] {
    guard let worker = workers[Int(slot)] else {
      return roomy.list(of: slot) == nil ? [] : ["an empty place is listed as with room"]
    }
    var violations: [String] = []
    func expect(_ holds: Bool, _ otherwise: String) {
      if !holds { violations.append("worker \(worker.id) \(otherwise)") }
    }
    expect(workerSlots[worker.id] == slot, "is not where it is looked for")
    expect(worker.leases.count <= 2 * limits.window, "holds too many leases")
    expect(worker.invalidResults < limits.invalidResults, "brought too many results that cannot be and is here")
    let held = worker.leases.count
    expect(roomy.list(of: slot) == (held < limits.window ? held : nil), "is listed wrongly by its room")
    expect(worker.checkAt <= nextDeadline(of: worker), "is looked at too late")
    for index in worker.leases {
      let record = pool[index]
      expect(record.worker == slot, "holds another's lease")
      guard record.unit != none else {
        expect(false, "holds a lease that was given back")
        continue
      }
      expect(
        self.held(lease(index)) == index, "holds a lease of unit \(units[Int(record.unit)].id) that it ignores")
    }
    return violations
  }

  private func violationsOfCounts() -> [String] {
    var violations: [String] = []
    func expect(_ holds: Bool, _ otherwise: String) {
      if !holds { violations.append(otherwise) }
    }
    var open = 0
    for (number, slot) in plan.open {
      open += 1
      expect(units[Int(slot)].isOpen, "interferogram \(number) is in unit \(units[Int(slot)].id), which has ended")
    }
    let inUnits = units.reduce(0) { $0 + $1.interferograms.count }
    expect(open == inUnits, "\(open) interferograms are open, \(inUnits) are in units")
    expect(open == remainingInterferograms, "\(open) interferograms are open, \(remainingInterferograms) counted")
    let waiting = units.count { $0.isWaiting }
    expect(waiting == waitingUnits, "\(waiting) units wait, \(waitingUnits) are counted")
    let held = workers.reduce(0) { $0 + ($1?.leases.count ?? 0) }
    expect(held == pool.count, "\(held) leases are held, \(pool.count) are out")
    expect(workers.count { $0 != nil } == workerSlots.count, "workers and their places differ in number")
    expect(workerSlots.count <= limits.maximumWorkers, "too many workers")
    let last = units.reduce(0) { max($0, $1.id) }
    expect(last < nextUnit, "unit \(last) has a number that is still to be given")
    return violations
  }

  private func violationsOfLists() -> [String] {
    var violations: [String] = []
    for (child, parent) in parents {
      if let slot = slots[parent], units[Int(slot)].ending != .split {
        violations.append("unit \(child) was split from \(parent), which was not split")
      }
      if child <= parent { violations.append("unit \(child) is older than \(parent), from which it was split") }
    }
    let listed = (0..<limits.window).flatMap { roomy.all(of: $0) }
    if listed.contains(where: { workers[Int($0)] == nil }) || Set(listed).count != listed.count {
      violations.append("the lists of workers with room are not in order")
    }
    if copyable.all(of: 0).contains(where: { !units[Int($0)].isOpen }) {
      violations.append("a unit that has ended is listed to be copied")
    }
    var entries: [Int32: Set<Int64>] = [:]
    for deadline in deadlines.unordered { entries[deadline.worker, default: []].insert(deadline.at) }
    for case let (slot, worker?) in zip(workers.indices, workers)
    where entries[Int32(slot)]?.contains(worker.checkAt) != true {
      violations.append("worker \(worker.id) has no entry among the deadlines")
    }
    return violations
  }
}
