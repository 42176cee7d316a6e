/// Joining, heartbeats and loss of workers.
extension Scheduler {
  mutating func join(_ id: WorkerID, _ seat: WorkerSeat, _ actions: inout [Action]) {
    guard workerSlots[id] == nil else { return }
    guard !banned.contains(id) else {
      return actions.append(.refuse(id, reason: "it returned \(limits.invalidResults) invalid results"))
    }
    guard workerSlots.count < limits.maximumWorkers else {
      return actions.append(
        .refuse(id, reason: "this sweep already has the maximum of \(limits.maximumWorkers) workers"))
    }
    if let reason = reasonToGiveUp(seat) { return actions.append(.refuse(id, reason: reason)) }
    let slot: Int32
    if let free = freeWorkers.popLast() {
      slot = free
    } else {
      slot = Int32(workers.count)
      workers.append(nil)
    }
    generations &+= 1
    workers[Int(slot)] = WorkerState(
      id: id, seat: seat, generation: generations, progressAt: clock, heardAt: clock, joinedAt: clock,
      window: limits.window,
      unitDuration: durations.ahead, freeSince: clock)
    workerSlots[id] = slot
    if restsUntil(seat) > clock { resting.insert(slot) } else { makeAble(seat, by: 1) }
    count(seat, by: 1)
    // A worker that joins has proved that it sees the archive.
    troubles.readAt = clock
    noteRoom(of: slot)
    arm(slot)
  }

  mutating func beat(
    _ id: WorkerID, _ holding: [Lease], _ computing: Lease?, _ progress: UInt64, _ actions: inout [Action]
  ) {
    guard let slot = workerSlots[id] else { return }
    workers[Int(slot)]?.hear(computing, progress, at: clock)
    for lease in holding {
      if let index = held(lease), pool[index].worker == slot {
        pool[index].deadline = clock + durations.unnamed
      } else {
        answer(lease, named: slot, id, &actions)
      }
    }
  }

  mutating func leave(_ id: WorkerID, _ actions: inout [Action]) {
    guard let slot = workerSlots[id], let state = workers[Int(slot)] else { return }
    putAllBack(of: slot, .left, &actions)
    noteEnd(of: state, isDeath: false)
    remove(slot)
  }

  /// Removes a lost worker. The unit that it computed is blamed: the one known for certain, else the one its
  /// last heartbeat named, else the first of its leases, a guess that counts little because leases are computed
  /// in order. If the worker does not hold the named lease any more, nothing is blamed.
  mutating func lose(_ id: WorkerID, _ loss: Loss, _ stimulus: Transition.Stimulus, _ actions: inout [Action]) {
    guard let slot = workerSlots[id], let state = workers[Int(slot)] else { return }
    let isDeath = loss.evidence == .strong
    var loss = loss
    var blamed = state.leases.first
    if let named = loss.computing ?? state.computing {
      blamed = held(named).flatMap { pool[$0].worker == slot ? $0 : nil }
    }
    if loss.computing == nil && state.computing == nil { loss.evidence = .faint }
    for index in state.leases.reversed() where index != blamed {
      putBack(index, stimulus, &actions)
    }
    if let blamed { blame(blamed, loss, stimulus, &actions) }
    // A worker that was killed from outside or fell silent says nothing about its slot.
    if isDeath { noteEnd(of: state, isDeath: true) }
    remove(slot)
  }

  mutating func putAllBack(of slot: Int32, _ stimulus: Transition.Stimulus, _ actions: inout [Action]) {
    for index in (workers[Int(slot)]?.leases ?? []).reversed() { putBack(index, stimulus, &actions) }
  }

  /// Stops assigning units to a draining worker.
  mutating func startLeaving(_ slot: Int32) {
    guard let state = workers[Int(slot)], !state.isLeaving else { return }
    if resting.remove(slot) == nil { makeAble(state.seat, by: -1) }
    workers[Int(slot)]?.isLeaving = true
    noteRoom(of: slot)
  }

  /// Removes a worker that holds nothing.
  mutating func remove(_ slot: Int32) {
    guard let state = workers[Int(slot)] else { return }
    let id = state.id
    if resting.remove(slot) == nil && !state.isLeaving { makeAble(state.seat, by: -1) }
    count(state.seat, by: -1)
    troubles.readers[id] = nil
    workers[Int(slot)] = nil
    workerSlots[id] = nil
    freeWorkers.append(slot)
    roomy.remove(slot)
  }
}

extension WorkerState {
  /// Records a heartbeat.
  mutating func hear(_ computing: Lease?, _ progress: UInt64, at clock: Int64) {
    heardAt = clock
    if self.computing != computing || self.progress != progress || leases.isEmpty { progressAt = clock }
    if computing != nil { unheardLeases = 0 }
    self.computing = computing
    self.progress = progress
  }
}
