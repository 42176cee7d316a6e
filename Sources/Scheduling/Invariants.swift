extension Scheduler {
  /// What must hold after every step, in words; empty when all of it does. Costs time in proportion to the sweep, so
  /// it is for tests and simulations.
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    var open: Set<InterferogramNumber> = []
    for (id, state) in units {
      if state.unit.id != id { violations.append("unit \(id) calls itself \(state.unit.id)") }
      for number in state.unit.interferograms where !open.insert(number).inserted {
        violations.append("interferogram \(number) is in two units")
      }
      for (worker, attempt) in state.holders
      where workers[worker]?.leases.contains(Lease(epoch: epoch, unit: id, attempt: attempt)) != true {
        violations.append("unit \(id) believes worker \(worker) holds attempt \(attempt)")
      }
      if state.holders.count > limits.copies { violations.append("unit \(id) has too many copies") }
    }
    if open.count != remainingInterferograms {
      violations.append("\(open.count) interferograms are open, \(remainingInterferograms) are counted")
    }
    for (worker, state) in workers {
      if state.leases.count > limits.window { violations.append("worker \(worker) holds too many leases") }
      for lease in state.leases where units[lease.unit]?.holders[worker] != lease.attempt {
        violations.append("worker \(worker) holds \(lease), its unit does not know")
      }
      if Set(state.leases) != Set(state.leasedAt.keys) {
        violations.append("worker \(worker)'s leases and their times differ")
      }
    }
    let waiting = pending.waiting
    for (id, state) in units where state.holders.isEmpty && waiting[id] == nil {
      violations.append("unit \(id) is in nobody's hands and not in the queue")
    }
    for (id, times) in waiting where units[id] != nil && times > 1 {
      violations.append("unit \(id) waits \(times) times")
    }
    return violations
  }
}
