/// Timeouts. Each worker has one entry in the heap, for the earliest moment at which it may be late; messages
/// move that moment on, and the entry is corrected when it reaches the head.
extension Scheduler {
  /// Makes sure that the worker has an entry in the heap that is early enough.
  mutating func arm(_ slot: Int32) {
    guard let state = workers[Int(slot)] else { return }
    let next = nextDeadline(of: state)
    guard next < state.checkAt else { return }
    workers[Int(slot)]?.checkAt = next
    deadlines.insert(Deadline(at: next, worker: slot, generation: state.generation))
  }

  func nextDeadline(of state: WorkerState) -> Int64 {
    var next = state.heardAt + durations.silence
    guard !state.leases.isEmpty else { return next }
    next = min(next, state.progressAt + durations.stall)
    for index in state.leases { next = min(next, pool[index].deadline, oldAge(of: index)) }
    return next
  }

  /// When the lease exceeds its maximum age, whatever heartbeats report.
  private func oldAge(of index: Int32) -> Int64 {
    pool[index].since + durations.lease
  }

  mutating func meetDeadlines(_ actions: inout [Action]) {
    while let deadline = deadlines.min, deadline.at <= clock {
      deadlines.removeMin()
      guard let state = workers[Int(deadline.worker)], state.generation == deadline.generation,
        state.checkAt == deadline.at
      else { continue }
      workers[Int(deadline.worker)]?.checkAt = .max
      if !evictIfSilentOrStalled(state, &actions), !evictIfOverdue(state, &actions) {
        expireLeases(of: deadline.worker, &actions)
        arm(deadline.worker)
      }
    }
  }

  private mutating func evictIfSilentOrStalled(_ state: WorkerState, _ actions: inout [Action]) -> Bool {
    let silence = clock - state.heardAt
    let stall = state.leases.isEmpty ? 0 : clock - state.progressAt
    if silence >= durations.silence {
      evict(state, Loss(.faint, cause: "silent for \(silence / 1_000_000_000) s"), .silent, &actions)
    } else if stall >= durations.stall {
      let cause = "no progress for \(stall / 1_000_000_000) s"
      evict(state, Loss(.strong, cause: cause), .stalled, &actions)
    } else {
      return false
    }
    return true
  }

  /// An overdue lease may be the worker's fault as much as the unit's, so it is faint evidence.
  private mutating func evictIfOverdue(_ state: WorkerState, _ actions: inout [Action]) -> Bool {
    guard let index = state.leases.first(where: { oldAge(of: $0) <= clock }) else { return false }
    let age = (clock - pool[index].since) / 1_000_000_000
    let cause = "has had unit \(lease(index).unit) for \(age) s"
    evict(state, Loss(.faint, cause: cause), .overdue, &actions)
    return true
  }

  private mutating func evict(
    _ state: WorkerState, _ loss: Loss, _ stimulus: Transition.Stimulus, _ actions: inout [Action]
  ) {
    actions.append(.evict(state.id, cause: loss.cause))
    if stimulus == .stalled && state.computing == nil, let slot = workerSlots[state.id] {
      // Its heartbeats say that it computes nothing, so no lease keeps it busy.
      putAllBack(of: slot, stimulus, &actions)
    }
    lose(state.id, loss, stimulus, &actions)
  }

  private mutating func expireLeases(of slot: Int32, _ actions: inout [Action]) {
    guard let state = workers[Int(slot)] else { return }
    for index in state.leases.reversed() where pool[index].deadline <= clock {
      actions.append(.revoke(state.id, lease(index)))
      putBack(index, .expired, &actions)
      noteUnheard(slot)
    }
  }

  /// An idle worker whose lease expires most likely never received it: time spent on a lost message is no stall.
  /// The count bounds this, so that a worker that receives leases and never starts on them is evicted all the same.
  private mutating func noteUnheard(_ slot: Int32) {
    guard let state = workers[Int(slot)], state.computing == nil, state.unheardLeases < Self.unheardLeasesForgiven
    else { return }
    workers[Int(slot)]?.unheardLeases += 1
    workers[Int(slot)]?.progressAt = clock
  }

  /// Expired leases in a row that an idle worker is forgiven. Eight lost messages in a row are no accident.
  private static let unheardLeasesForgiven = 8
}
